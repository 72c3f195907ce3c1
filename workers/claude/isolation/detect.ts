import { join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import { ownRunFolders } from "@/workers/claude/isolation/own.ts";
import { emptySlot } from "@/workers/claude/isolation/slots.ts";
import {
  byUidAlone,
  type Isolation,
  IsolationError,
  type IsolationSetting,
  LAST_SLOT,
} from "@/workers/claude/isolation/types.ts";
import { wrapCommand } from "@/workers/claude/isolation/wrap.ts";

type Tried = { isolation: Isolation; problem: string | null };

const PROBE_SLOT = LAST_SLOT;
const PROBE_LIMITS = { max_processes: 64, max_memory_mb: 256, max_disk_mb: 16 };
const found = new Map<IsolationSetting, Promise<Isolation>>();

/** The strongest kind in which a command really ran, or the named one. Throws IsolationError. */
export function detectIsolation(setting: IsolationSetting): Promise<Isolation> {
  const known = found.get(setting);
  if (known) return known;
  const detecting = detect(setting);
  found.set(setting, detecting);
  detecting.catch(() => found.delete(setting));
  return detecting;
}

async function detect(setting: IsolationSetting): Promise<Isolation> {
  if (setting === "none") return nothing("AGENT_ISOLATION=none was set");
  const problems: string[] = [];
  for (const candidate of candidates(setting)) {
    const { isolation, problem } = await tryOut(candidate);
    if (!problem) return { ...isolation, reason: [isolation.reason, ...problems].join("; ") };
    problems.push(`${problemName(isolation)}: ${problem}`);
  }
  if (problems.length === 0) problems.push(impossible(setting));
  if (setting === "auto") return nothing(problems.join("; "));
  throw new IsolationError(
    `AGENT_ISOLATION=${setting} does not work here: ${problems.join("; ")}. ` +
      "Set AGENT_ISOLATION=auto to take what works",
  );
}

/** Strongest first. Kind `namespace` as root would leave the CLI root's own files. */
function candidates(setting: IsolationSetting): Isolation[] {
  if (Deno.build.os !== "linux") return [];
  const uid = Deno.uid();
  const gid = Deno.gid();
  if (uid === 0 && setting !== "namespace") return [ownUid(true), ownUid(false)];
  if (uid === null || gid === null || uid === 0 || setting === "uid") return [];
  const reason = "the CLI runs in user, mount and PID namespaces of its own";
  return [{
    kind: "namespace",
    reason,
    pid_namespace: true,
    mount_namespace: true,
    user: { uid, gid },
  }];
}

function ownUid(namespaces: boolean): Isolation {
  const reason = namespaces
    ? "each slot has a uid and mount and PID namespaces of its own"
    : "each slot has a uid of its own, without namespaces: the arguments of programs are seen by all";
  return { kind: "uid", reason, pid_namespace: namespaces, mount_namespace: namespaces };
}

function nothing(reason: string): Isolation {
  return { kind: "none", reason, pid_namespace: false, mount_namespace: false };
}

function impossible(setting: IsolationSetting): string {
  if (Deno.build.os !== "linux") {
    return `${Deno.build.os} has neither uid slots nor namespaces for us`;
  }
  if (setting === "uid") return "it needs a start as root";
  return "it is for an ordinary user, and this process is root: use uid";
}

function problemName({ kind, mount_namespace }: Isolation): string {
  return kind === "uid" && mount_namespace ? "no namespaces" : kind;
}

/** A shell in a real run folder tries to get out; `problem` is null when it could not. */
async function tryOut(isolation: Isolation): Promise<Tried> {
  const data = await Deno.makeTempDir({ prefix: "agent-isolation-" });
  try {
    return { isolation, problem: await probe(isolation, data) };
  } catch (error) {
    return { isolation, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await removeTree(data);
  }
}

async function probe(isolation: Isolation, data: string): Promise<string | null> {
  const root = join(data, "runs", "probe");
  const folders = {
    root,
    home: join(root, "home"),
    work: join(root, "work"),
    config: join(root, "config"),
    tmp: join(root, "tmp"),
  };
  for (const folder of Object.values(folders)) await Deno.mkdir(folder, { recursive: true });
  const secret = join(data, "secret");
  await Deno.writeTextFile(secret, "secret", { mode: 0o600 });
  ownRunFolders(isolation, PROBE_SLOT, folders);
  const sandbox = {
    slot: PROBE_SLOT,
    limits: PROBE_LIMITS,
    folders,
    hide: [data],
    cli_bin: "/bin/sh",
  };
  const wrapped = wrapCommand(isolation, sandbox, (inside, sh) => [
    sh,
    "-c",
    PROBE,
    "sh",
    secret,
    String(Deno.pid),
    String(isolation.pid_namespace),
    inside.home,
    inside.work,
    inside.config,
    inside.tmp,
  ]);
  const problem = await outcome(wrapped.command, wrapped.args);
  return byUidAlone(isolation) ? await remains(join(folders.work, "left"), problem) : problem;
}

async function remains(pid_file: string, problem: string | null): Promise<string | null> {
  await emptySlot(PROBE_SLOT);
  if (problem) return problem;
  const pid = (await Deno.readTextFile(pid_file)).trim();
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "State:\tX");
  if (/^State:\s+[XZ]/m.test(status)) return null;
  return `process ${pid} outlived its run and could not be ended`;
}

const PROBE = `
secret=$1 worker=$2 own_pids=$3
shift 3
if (cat "$secret") 2>/dev/null; then echo "a hidden file could be read" >&2; exit 1; fi
if (cat /proc/$worker/environ) >/dev/null 2>&1 && [ ! $own_pids = true ]; then
  echo "the worker's environment could be read" >&2; exit 1
fi
if [ $own_pids = true ] && [ "$(cat /proc/1/comm)" != sh ]; then
  echo "other processes can be seen" >&2; exit 1
fi
for folder in "$@"; do
  touch "$folder/probe" || exit 1
done
[ $own_pids = true ] && exit 0
setsid sh -c 'echo $$ > "$1"; exec sleep 3600' sh "$2/left" < /dev/null > /dev/null 2>&1 &
until [ -s "$2/left" ]; do sleep 0.01; done
`;

async function outcome(command: string, args: string[]): Promise<string | null> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { AGENT_RUN_ID: "isolation-probe" },
    signal: AbortSignal.timeout(10_000),
  }).output();
  if (success) return null;
  return new TextDecoder().decode(stderr).trim().replaceAll(/\s*\n\s*/g, ", ") ||
    "the probe failed";
}
