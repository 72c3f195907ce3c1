/**
 * A machine in small, to be attacked: `isolation_scene.ts SETTING FOLDER` sets up a DATA_DIR in
 * FOLDER with a secret,
 * another run, a database socket and a worker with a token in its environment, finds the
 * isolation, runs the attack in it and prints a `Report` as JSON. It is a program so that it can
 * be run as any user. Setting `none` is the control.
 */
import { dirname, join } from "node:path";
import {
  detectIsolation,
  type Isolation,
  IsolationError,
  type IsolationSetting,
  ownRunFolders,
  wrapCommand,
} from "@/workers/claude/isolation.ts";
import { placeAssets } from "@/workers/claude/assets/place.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import type { Target } from "@/tests/workers/claude/isolation_attack.ts";

export interface Report {
  refused: string | null;
  isolation: Isolation | null;
  succeeded: string[];
  planted_outside: string[];
  problem: string;
}

const SLOT = 700 + Deno.pid % 200;
const token = `token-${crypto.randomUUID()}`;

async function scene(setting: IsolationSetting, within: string): Promise<Report> {
  const isolation = await detectIsolation(setting);
  const data_dir = await Deno.makeTempDir({ prefix: "agent data-", dir: within });
  const beside = Deno.uid() === 0 ? "/srv" : "/var/tmp";
  const outside = await Deno.makeTempDir({ prefix: "agent-outside-", dir: beside });
  const sockets: Deno.Listener[] = [];
  const victim = startVictim();
  try {
    const target = await furnish(data_dir, outside, victim.pid, sockets);
    return await attack(isolation, target);
  } finally {
    await victim.stdin.close();
    await victim.status;
    for (const socket of sockets) socket.close();
    for (const folder of [data_dir, outside]) await Deno.remove(folder, { recursive: true });
  }
}

/** Stands for the worker: its environment holds what the CLI must not have. */
function startVictim(): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", "read -r never", "victim"],
    env: { WORKER_SECRET: token },
    stdin: "piped",
    stdout: "null",
  }).spawn();
}

async function furnish(
  data_dir: string,
  outside: string,
  victim: number,
  sockets: Deno.Listener[],
): Promise<Target> {
  const target: Target = {
    data_dir,
    secret: join(data_dir, "secret_key"),
    other_run: join(data_dir, "runs", "other"),
    socket: join(data_dir, "postgres", ".s.PGSQL.5432"),
    run_socket: Deno.uid() === 0 ? `/run/agent-${token}.sock` : null,
    open_folder: join(outside, "open"),
    own_code: join(outside, "code"),
    config: "",
    victim,
    token,
  };
  await Deno.mkdir(join(target.other_run, "work"), { recursive: true });
  await Deno.chmod(target.other_run, 0o700);
  await Deno.mkdir(dirname(target.socket), { mode: 0o700 });
  await Deno.mkdir(target.open_folder);
  await Deno.mkdir(target.own_code);
  await Deno.chmod(outside, 0o755);
  await Deno.chmod(target.open_folder, 0o777);
  await Deno.writeTextFile(target.secret, token, { mode: 0o600 });
  await Deno.writeTextFile(join(target.other_run, "work", "notes"), token);
  for (const path of [target.socket, target.run_socket]) {
    if (path) sockets.push(Deno.listen({ transport: "unix", path }));
  }
  if (target.run_socket) await Deno.chmod(target.run_socket, 0o777);
  return target;
}

async function attack(isolation: Isolation, target: Target): Promise<Report> {
  const folders = runFolders(join(target.data_dir, "runs", "mine"));
  for (const folder of Object.values(folders)) await Deno.mkdir(folder, { recursive: true });
  const program = join(folders.work, "isolation_attack.ts");
  await Deno.copyFile(new URL("isolation_attack.ts", import.meta.url), program);
  await Deno.chmod(program, 0o644);
  const assets = await shareAssets(target.data_dir);
  placeAssets(folders, assets, isolation.mount_namespace);
  ownRunFolders(isolation, SLOT, folders);
  const sandbox = {
    assets,
    slot: SLOT,
    limits: { max_processes: 256, max_memory_mb: 1024, max_disk_mb: 1024 },
    folders,
    hide: [target.data_dir],
    cli_bin: Deno.execPath(),
  };
  const wrapped = wrapCommand(isolation, sandbox, (inside, cli_bin) => [
    cli_bin,
    "run",
    "-A",
    "--no-config",
    "--no-lock",
    join(inside.work, "isolation_attack.ts"),
    JSON.stringify({ ...target, config: inside.config }),
  ]);
  const { stdout, stderr } = await new Deno.Command(wrapped.command, {
    args: wrapped.args,
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
      HOME: wrapped.inside.home,
      DENO_DIR: join(wrapped.inside.tmp, "deno"),
      AGENT_RUN_ID: token.replace("token-", "scene-"),
    },
  }).output();
  const problem = new TextDecoder().decode(stderr);
  const planted_outside = cleanUp(target);
  const succeeded: string[] = JSON.parse(new TextDecoder().decode(stdout) || "[]");
  if (stdout.length === 0) throw new Error(`The attack did not run: ${problem}`);
  return { refused: null, isolation, succeeded, planted_outside, problem };
}

/** What all runs read, as a worker shares it. */
async function shareAssets(data_dir: string) {
  const path = join(data_dir, "assets");
  const shared = join(path, "agents", "shared.md");
  await Deno.mkdir(dirname(shared), { recursive: true });
  await Deno.writeTextFile(shared, "shared");
  await Deno.chmod(shared, 0o444);
  await Deno.chmod(dirname(shared), 0o555);
  await Deno.writeTextFile(join(path, "CLAUDE.md"), "shared");
  return { path, names: ["CLAUDE.md", "agents"] };
}

/** Removes what the attack left outside of its own folders and returns where that was. */
function cleanUp(target: Target): string[] {
  Deno.chmodSync(`${target.data_dir}/assets/agents`, 0o755);
  const places = ["/tmp", "/var/tmp", "/dev/shm"].map((folder) => `${folder}/planted-${token}`);
  places.push(`${target.open_folder}/planted`, `${target.own_code}/planted.ts`);
  places.push(`${target.other_run}/work/planted`, `${target.data_dir}/assets/agents/planted.md`);
  return places.filter((path) => {
    try {
      Deno.removeSync(path);
      return true;
    } catch {
      return false;
    }
  }).map((path) => path.replace(`-${token}`, "").replace(/.*outside-[^/]*/, "outside"));
}

if (import.meta.main) {
  const report = await scene(Deno.args[0] as IsolationSetting, Deno.args[1]).catch((error) => {
    if (!(error instanceof IsolationError)) throw error;
    return { refused: error.message };
  });
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(report)));
}
