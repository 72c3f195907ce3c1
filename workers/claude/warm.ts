/** Sandboxes that are furnished before there is a run for them. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import {
  prepareFolders,
  removeTree,
  type RunFolders,
  runFolders,
} from "@/workers/claude/folders.ts";
import { ownRunFolders, wrapCommand } from "@/workers/claude/isolation.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import type { ClaudeSettings } from "@/workers/claude/run_types.ts";

const log = getLogger(["agent", "claude"]);

/** Names of folders in `runs_dir` that wait for a run begin like this. */
export const WARM_PREFIX = ".warm-";
const LAUNCH_FILE = ".launch";
/** In a waiting sandbox's home, once all is mounted: only then its folder may get another name. */
export const READY_FILE = ".ready";

/** A process in its sandbox, as its slot's user, that becomes the CLI when it is told to. */
export interface WarmSandbox {
  child: Deno.ChildProcess;
  run_id: string;
  folders: RunFolders;
  inside: RunFolders;
  cli_bin: string;
  alive: boolean;
}

// `read` takes its line byte by byte from a pipe: what follows it is the CLI's own input.
const WAIT = ': > "$2"; IFS= read -r go || exit 0\n. "$1"';
/** What the waiting process reads first. */
export const GO = "go\n";

type Settings = Pick<
  ClaudeSettings,
  "isolation" | "hide" | "cli_bin" | "agents_dir" | "resources"
>;

/**
 * Keeps one sandbox ready per slot. Making one takes a chain of programs and some twenty mounts,
 * about 12 ms on two cores: more than everything else between a task's commit and its process.
 * Where there is no mount namespace there is nothing to furnish, and nothing is kept.
 */
export class WarmSandboxes {
  #settings: Settings;
  #runs_dir: string;
  #owner: () => string;
  #waiting = new Map<number, WarmSandbox>();
  #made = 0;
  #stopped = false;

  /** `owner` begins the AGENT_RUN_ID of what waits, so that a later worker knows whose it is. */
  constructor(settings: Settings, runs_dir: string, owner: () => string) {
    this.#settings = settings;
    this.#runs_dir = runs_dir;
    this.#owner = owner;
  }

  /** Makes the slot's next sandbox, unless one waits. A failure is left for the run to meet. */
  prepare(slot: number): void {
    if (this.#stopped || !this.#settings.isolation.mount_namespace) return;
    if (this.#waiting.get(slot)?.alive) return;
    try {
      this.#waiting.set(slot, this.#make(slot));
    } catch (error) {
      log.warn("no sandbox could be made ready: {error}", { error });
    }
  }

  /** Hands out the slot's sandbox under the run's own folder; null when it has to be made now. */
  take(slot: number, folders: RunFolders): WarmSandbox | null {
    const warm = this.#waiting.get(slot);
    if (!warm?.alive || !exists(join(warm.folders.home, READY_FILE))) return null;
    // A run that goes on, or that has a checkout already, keeps the folders that it has.
    if (exists(folders.root)) return null;
    this.#waiting.delete(slot);
    Deno.renameSync(warm.folders.root, folders.root);
    return { ...warm, folders };
  }

  /** Ends what waits and removes its folders. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    await Promise.all(waiting.map(async (warm) => {
      await endSandbox(warm);
      await removeTree(warm.folders.root);
    }));
  }

  #make(slot: number): WarmSandbox {
    const { isolation, hide, cli_bin, agents_dir, resources } = this.#settings;
    const name = `${WARM_PREFIX}${slot}-${this.#made++}`;
    const folders = runFolders(join(this.#runs_dir, name));
    prepareFolders(folders, agents_dir);
    ownRunFolders(isolation, slot, folders);
    const sandbox = { slot, limits: resources, folders, hide, cli_bin };
    const wrapped = wrapCommand(
      isolation,
      sandbox,
      ({ home }) => ["sh", "-c", WAIT, "sh", join(home, LAUNCH_FILE), join(home, READY_FILE)],
    );
    const run_id = `${this.#owner()}${name}`;
    const child = new Deno.Command(wrapped.command, {
      args: wrapped.args,
      cwd: folders.work,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", AGENT_RUN_ID: run_id },
      clearEnv: true,
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { inside, cli_bin: bin } = wrapped;
    const warm = { child, run_id, folders, inside, cli_bin: bin, alive: true };
    child.status.then(() => warm.alive = false);
    return warm;
  }
}

/** Ends a sandbox that is not to become a run. Its folders stay. */
export async function endSandbox({ child, run_id }: WarmSandbox): Promise<void> {
  await killTree(run_id, child.pid);
  await Promise.all([
    child.stdin.close().catch(() => {}),
    child.stdout.cancel(),
    child.stderr.cancel(),
  ]);
  await child.status;
}

/** Writes down what the waiting process is to become; it reads this when it is told to go. */
export function writeLaunch(warm: WarmSandbox, argv: string[], env: Record<string, string>): void {
  const { home } = warm.inside;
  const lines = [
    `rm -f ${[LAUNCH_FILE, READY_FILE].map((name) => quoted(join(home, name))).join(" ")}`,
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${argv.map(quoted).join(" ")}`,
  ];
  const path = join(warm.folders.home, LAUNCH_FILE);
  Deno.writeTextFileSync(path, lines.join("\n") + "\n", { mode: 0o600 });
}

const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Removes what a worker left that died. */
export async function clearWarm(runs_dir: string): Promise<void> {
  for await (const { name } of Deno.readDir(runs_dir)) {
    if (name.startsWith(WARM_PREFIX)) await removeTree(join(runs_dir, name));
  }
}
