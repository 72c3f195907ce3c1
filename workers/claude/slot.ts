/** One run's slot: its folders, its processes, and what it takes from the machine. */
import { dirname, join } from "node:path";
import { getLogger } from "@logtape/logtape";
import type { AssetVersion } from "@/workers/claude/assets.ts";
import { removeTree, type RunFolders } from "@/workers/claude/folders.ts";
import { byUidAlone } from "@/workers/claude/isolation.ts";
import { killSlot } from "@/workers/claude/isolation/slots.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import type { ClaudeSettings, ClaudeTask, Excess } from "@/workers/claude/run_types.ts";
import { leaveSlot, readySlot } from "@/workers/claude/slots.ts";
import { startCli, type Started } from "@/workers/claude/spawn.ts";
import { watchRun } from "@/workers/claude/watch.ts";

const log = getLogger(["agent", "claude"]);

export class RunSlot {
  readonly #task: ClaudeTask;
  readonly #folders: RunFolders;
  readonly #settings: ClaudeSettings;
  readonly #slot: number;
  #assets: AssetVersion | null = null;

  constructor(task: ClaudeTask, folders: RunFolders, settings: ClaudeSettings, slot: number) {
    this.#task = task;
    this.#folders = folders;
    this.#settings = settings;
    this.#slot = slot;
  }

  get resources() {
    return this.#settings.resources;
  }

  /** Throws, in words for people. */
  async ready(): Promise<void> {
    await readySlot(this.#settings.isolation, this.#slot);
  }

  /** Throws, in words for people. */
  async start(): Promise<Started> {
    this.#assets = this.#settings.assets.hold();
    return await startCli({
      task: this.#task,
      folders: this.#folders,
      settings: this.#settings,
      slot: this.#slot,
      assets: this.#assets,
    });
  }

  watch(pid: number, exceeded: (excess: Excess) => void): () => void {
    return watchRun({
      run_id: this.#task.run_id,
      pid,
      slot: this.#slot,
      folders: this.#folders,
      isolation: this.#settings.isolation,
      limits: this.#settings.resources,
      exceeded,
    });
  }

  /** `pid`: null when its exit has been seen. */
  async kill(pid: number | null): Promise<void> {
    // All of a uid at once comes first: what forks faster than we look is never seen whole.
    if (byUidAlone(this.#settings.isolation)) await killSlot(this.#slot);
    await killTree(this.#task.run_id, pid);
  }

  leave(remove: boolean): void {
    const { root } = this.#folders;
    const logFailure = (error: unknown) =>
      log.error("{root} could not be left as it should be: {error}", { root, error });
    try {
      if (this.#assets) this.#settings.assets.letGo(this.#assets);
      this.#assets = null;
      leaveSlot(this.#settings.isolation, this.#slot, this.#folders);
      if (remove) removeAside(root).catch(logFailure);
    } catch (error) {
      logFailure(error);
    }
  }
}

/** So that the task's next run does not meet what is being removed. */
async function removeAside(root: string): Promise<void> {
  const aside = join(dirname(root), `.gone-${crypto.randomUUID()}`);
  Deno.renameSync(root, aside);
  await removeTree(aside);
}
