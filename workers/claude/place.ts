/** Where a run takes place: a slot, its folders, and what is looked at while it goes on. */
import { getLogger } from "@logtape/logtape";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { byUidAlone, leaveSlot, readySlot } from "@/workers/claude/isolation.ts";
import { killSlot } from "@/workers/claude/isolation/slots.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import type { ClaudeSettings, ClaudeTask, Excess } from "@/workers/claude/run_types.ts";
import { startCli, type Started } from "@/workers/claude/spawn.ts";
import { watchRun } from "@/workers/claude/watch.ts";

const log = getLogger(["agent", "claude"]);

export class Place {
  #task: ClaudeTask;
  #folders: RunFolders;
  #settings: ClaudeSettings;
  #slot: number;

  constructor(task: ClaudeTask, folders: RunFolders, settings: ClaudeSettings, slot: number) {
    this.#task = task;
    this.#folders = folders;
    this.#settings = settings;
    this.#slot = slot;
  }

  get resources() {
    return this.#settings.resources;
  }

  /** Throws, in words for people, when the slot or the CLI cannot be had. */
  async start(): Promise<Started> {
    await readySlot(this.#settings.isolation, this.#slot);
    return startCli(this.#task, this.#folders, this.#settings, this.#slot);
  }

  /** Calls `exceeded` once when the run takes too much; ends with the function that it returns. */
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

  /** Resolves when nothing of the run is alive. `pid`: null when its exit has been seen. */
  async kill(pid: number | null): Promise<void> {
    // All of a uid at once comes first: what forks faster than we look is never seen whole.
    if (byUidAlone(this.#settings.isolation)) await killSlot(this.#slot);
    await killTree(this.#task.run_id, pid);
  }

  /** After the last kill. `remove`: its folders are not kept. Never throws. */
  async leave(remove: boolean): Promise<void> {
    try {
      await leaveSlot(this.#settings.isolation, this.#slot, this.#folders);
      if (remove) await removeAll(this.#folders.root);
    } catch (error) {
      log.error("Slot {slot} could not be left empty: {error}", { slot: this.#slot, error });
    }
  }
}

/** Folders that were closed to us, who own them, are opened first. */
async function removeAll(root: string): Promise<void> {
  const script = 'chmod -R u+rwX -- "$1"; rm -rf -- "$1"';
  await new Deno.Command("sh", {
    args: ["-c", script, "sh", root],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
}
