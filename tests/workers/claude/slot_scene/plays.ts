import { RUNS } from "@/tests/workers/claude/slot_scene/scene.ts";

const SHARED = ["/tmp", "/var/tmp", "/dev/shm", "/run/lock"];

/** Leaves what a run can leave: a process, files, folders that are closed, IPC. */
export const LITTER = `
echo secret-of-first > notes
for place in ${SHARED.join(" ")}; do
  mkdir -p $place/left/closed
  echo secret-of-first > $place/left/closed/file
  chmod 000 $place/left/closed
done
ipcmk -M 100 -Q -S 1 > /dev/null
setsid sh -c 'while :; do
  cat ${RUNS}/second/work/notes >> /tmp/stolen; echo planted > ${RUNS}/second/work/planted; sleep 0.05
done' < /dev/null > /dev/null 2>&1 &
`;

/** Each line that it prints is something of the run before. */
export const LOOK_AROUND = `
echo secret-of-second > notes
cat ${RUNS}/first/work/notes
ls -d ${SHARED.map((place) => `${place}/left`).join(" ")} /tmp/stolen
for status in /proc/[0-9]*/status; do
  grep -q "^Uid:.$(id -u)" $status && grep -q "^State:.[^Z]" $status || continue
  pid=$(sed -n "s/^Pid:.//p" $status)
  [ -z "$(tr '\\0' ' ' < /proc/$pid/cmdline | grep planted)" ] || echo "process $pid lives"
done
ipcs | grep -E "^0x" | sed 's/^/ipc /'
`;
