import { join } from "node:path";
import { runFolders } from "@/workers/claude/folders.ts";
import {
  detectIsolation,
  type Isolation,
  ownRunFolders,
  wrapCommand,
} from "@/workers/claude/isolation.ts";

export const UID: Isolation = {
  kind: "uid",
  reason: "r",
  pid_namespace: true,
  mount_namespace: true,
};
export const NONE: Isolation = {
  kind: "none",
  reason: "no",
  pid_namespace: false,
  mount_namespace: false,
};
const USER = { uid: 1000, gid: 1000 };
export const LIMITS = { max_processes: 64, max_memory_mb: 512, max_disk_mb: 64 };
export const NAMESPACE: Isolation = { ...UID, kind: "namespace", user: USER };

/** A DATA_DIR with the folders of one run; gone at the end. */
export async function dataDir(name = "data") {
  const outer = await Deno.makeTempDir({ prefix: "agent-" });
  const path = join(outer, name);
  const folders = runFolders(join(path, "runs", "one"));
  for (const folder of Object.values(folders)) await Deno.mkdir(folder, { recursive: true });
  await Deno.chmod(outer, 0o755);
  const remove = () => Deno.remove(outer, { recursive: true });
  return { path, folders, [Symbol.asyncDispose]: remove };
}

/** The strongest isolation here, told loudly when it is none: then these tests show little. */
export async function strongest(): Promise<Isolation> {
  const isolation = await detectIsolation("auto");
  if (isolation.kind === "none") {
    Deno.stderr.writeSync(
      new TextEncoder().encode(
        `\n!!! No isolation works here, none was tested: ${isolation.reason}\n`,
      ),
    );
  }
  return isolation;
}

/** Runs a script in place of the CLI; stdin is one line. */
export async function runInside(
  isolation: Isolation,
  data: Awaited<ReturnType<typeof dataDir>>,
  script: string,
) {
  ownRunFolders(isolation, 5, data.folders);
  const sandbox = {
    slot: 5,
    limits: LIMITS,
    folders: data.folders,
    hide: [data.path],
    cli_bin: "/bin/sh",
  };
  const wrapped = wrapCommand(isolation, sandbox, (_, sh) => [sh, "-c", script]);
  const child = new Deno.Command(wrapped.command, {
    args: wrapped.args,
    cwd: data.folders.work,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode("through stdin\n"));
  await input.close();
  const { code, stdout } = await child.output();
  return { code, said: new TextDecoder().decode(stdout).trim().split("\n"), wrapped };
}

/** A CLI with a child and a setsid grandchild, or what `script` starts; resolves when all of them run. */
export async function startStubborn(
  isolation: Isolation,
  { path, folders }: Awaited<ReturnType<typeof dataDir>>,
  run_id: string,
  script = `setsid sh -c 'echo up; exec sleep 1000' & sleep 1000 & wait`,
) {
  const sandbox = {
    slot: isolation.kind === "uid" ? 6 : 0,
    limits: LIMITS,
    folders,
    hide: [path],
    cli_bin: "/bin/sh",
  };
  const wrapped = wrapCommand(isolation, sandbox, (_, sh) => [sh, "-c", script]);
  const child = new Deno.Command(wrapped.command, {
    args: wrapped.args,
    env: { AGENT_RUN_ID: run_id },
    detached: true,
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return { child, reader, chain: marked(run_id) };
}

/** The living processes that carry a run's mark. */
export function marked(run_id: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(`AGENT_RUN_ID=${run_id}`);
    } catch {
      return false;
    }
  });
}
