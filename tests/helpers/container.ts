/** What a container is for the worker that compose starts in it, made without an engine. Needs root. */
import { parse } from "yaml";

const COMPOSE = new URL("../../compose.yaml", import.meta.url);

/** PID, IPC and mount namespaces, empty shared folders; then exactly the capabilities that are left. */
const ENTER = `
size=$1 caps=$2 instead=$3 programs=$4
shift 4
for dir in /tmp /var/tmp /dev/shm /run; do mount -t tmpfs -o mode=1777 none $dir || exit 1; done
mkdir -m 1777 /run/lock
[ -z "$instead" ] || mount --bind "$instead" "$(command -v setpriv)" || exit 1
mount -t tmpfs -o size=$size,mode=0755 none /srv || exit 1
[ -z "$programs" ] || { mkdir /srv/bin && mount --bind "$programs" /srv/bin; } || exit 1
exec setpriv --bounding-set="$caps" --inh-caps=-all --no-new-privs -- "$@"
`;

/** The capabilities that compose gives the worker, as setpriv writes them. */
export async function composeCapabilities(): Promise<string[]> {
  const { services } = parse(await Deno.readTextFile(COMPOSE));
  return services.worker.cap_add.map((name: string) => name.toLowerCase());
}

/** Whether a container can be made here: as root, where namespaces are allowed. */
export async function canContain(): Promise<boolean> {
  if (Deno.uid() !== 0 || Deno.build.os !== "linux") return false;
  const args = ["--mount", "--pid", "--ipc", "--fork", "--mount-proc", "true"];
  return (await new Deno.Command("unshare", { args, stderr: "null" }).output()).success;
}

interface ContainerOptions {
  /** Size of its disk. */
  disk?: string;
  /** Other capabilities than those of compose. */
  caps?: string[];
  /** A program that is found in the place of setpriv. */
  setpriv?: string;
  /** A folder that appears as /srv/bin, wherever it lies. */
  programs?: string;
}

/** Runs a module of ours as a container would, with `/srv` as its disk; returns what it printed. */
export async function runInContainer(
  module: URL,
  args: string[],
  { disk = "64m", caps, setpriv = "", programs = "" }: ContainerOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  const kept = ["-all", ...(caps ?? await composeCapabilities()).map((name) => `+${name}`)];
  const namespaces = ["--mount", "--pid", "--ipc", "--fork", "--kill-child=KILL", "--mount-proc"];
  const { stdout, stderr } = await new Deno.Command("unshare", {
    args: [
      ...namespaces,
      ...["--", "sh", "-c", ENTER, "sh", disk, kept.join(","), setpriv, programs],
      ...[Deno.execPath(), "run", "-A", "--cached-only", "--no-check", module.pathname],
      ...args,
    ],
    env: { TMPDIR: "/tmp" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
