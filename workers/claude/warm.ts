import { lstatSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import type { AssetVersion } from "@/workers/claude/assets.ts";
import { placeAssets } from "@/workers/claude/assets/place.ts";
import { makeFolders, removeTree, type RunFolders, runFolders } from "@/workers/claude/folders.ts";
import { ownRunFolders, wrapCommand } from "@/workers/claude/isolation.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import type { ClaudeSettings } from "@/workers/claude/run_types.ts";
import { LAUNCH_FILE, READY_FILE, WAIT } from "@/workers/claude/warm/launch.ts";

export { GO, READY_FILE, writeLaunch } from "@/workers/claude/warm/launch.ts";

const log = getLogger(["agent", "claude"]);

export const WARM_PREFIX = ".warm-";

/** A process in its sandbox, as its slot's user, that becomes the CLI when it is told to. */
export interface WarmSandbox {
  child: Deno.ChildProcess;
  run_id: string;
  folders: RunFolders;
  inside: RunFolders;
  cli_bin: string;
  assets: AssetVersion;
  alive: boolean;
}

type Settings = Pick<ClaudeSettings, "isolation" | "hide" | "cli_bin" | "assets" | "resources">;

/** One for each slot: twenty mounts take 12 ms, more than all else before a task's process. */
export class WarmSandboxes {
  readonly #settings: Settings;
  readonly #runs_dir: string;
  readonly #owner: () => string;
  readonly #waiting = new Map<number, WarmSandbox>();
  readonly #ending = new Set<Promise<void>>();
  #made = 0;
  #stopped = false;

  /** `owner` begins the AGENT_RUN_ID of what waits, so that a later worker knows whose it is. */
  constructor(settings: Settings, runs_dir: string, owner: () => string) {
    this.#settings = settings;
    this.#runs_dir = runs_dir;
    this.#owner = owner;
  }

  /** A failure is left for the run to meet. */
  prepare(slot: number): void {
    if (this.#stopped || !this.#settings.isolation.mount_namespace) return;
    try {
      const waits = this.#waiting.get(slot);
      if (waits?.alive && this.#settings.assets.isNewest(waits.assets)) return;
      this.#discard(slot);
      this.#waiting.set(slot, this.#make(slot));
    } catch (error) {
      log.warn("no sandbox could be made ready: {error}", { error });
    }
  }

  /** Null: none waits, it shows older assets, or the run has folders already. */
  take(slot: number, folders: RunFolders, assets: AssetVersion): WarmSandbox | null {
    const warm = this.#waiting.get(slot);
    if (!warm?.alive || !exists(join(warm.folders.home, READY_FILE))) return null;
    if (warm.assets !== assets || exists(folders.root)) return null;
    this.#waiting.delete(slot);
    Deno.renameSync(warm.folders.root, folders.root);
    this.#settings.assets.letGo(assets); // the run holds them too
    return { ...warm, folders };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const slot of [...this.#waiting.keys()]) this.#discard(slot);
    await Promise.all(this.#ending);
  }

  #discard(slot: number): void {
    const warm = this.#waiting.get(slot);
    if (!warm) return;
    this.#waiting.delete(slot);
    const ending = this.#end(warm)
      .catch((error) => log.warn("a sandbox that waited stays: {error}", { error }))
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #end(warm: WarmSandbox): Promise<void> {
    await endSandbox(warm);
    this.#settings.assets.letGo(warm.assets);
    await removeTree(warm.folders.root);
  }

  #make(slot: number): WarmSandbox {
    const assets = this.#settings.assets.hold();
    try {
      return this.#furnish(slot, assets);
    } catch (error) {
      this.#settings.assets.letGo(assets);
      throw error;
    }
  }

  #furnish(slot: number, assets: AssetVersion): WarmSandbox {
    const { isolation, hide, cli_bin, resources } = this.#settings;
    const name = `${WARM_PREFIX}${slot}-${this.#made++}`;
    const folders = runFolders(join(this.#runs_dir, name));
    makeFolders(folders);
    placeAssets(folders, assets, true);
    ownRunFolders(isolation, slot, folders);
    const wrapped = wrapCommand(
      isolation,
      { slot, limits: resources, folders, hide, cli_bin, assets },
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
    const warm = { child, run_id, folders, inside, cli_bin: bin, assets, alive: true };
    child.status.then(() => warm.alive = false);
    return warm;
  }
}

export async function endSandbox({ child, run_id }: WarmSandbox): Promise<void> {
  await killTree(run_id, child.pid);
  await Promise.all([
    child.stdin.close().catch(() => {}),
    child.stdout.cancel(),
    child.stderr.cancel(),
  ]);
  await child.status;
}

const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export async function clearWarm(runs_dir: string): Promise<void> {
  for await (const { name } of Deno.readDir(runs_dir)) {
    if (name.startsWith(WARM_PREFIX)) await removeTree(join(runs_dir, name));
  }
}
