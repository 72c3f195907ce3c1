import { getLogger } from "@logtape/logtape";
import type { GitRun } from "@/workers/repository/git.ts";
import { inBare } from "@/workers/workspace/bare.ts";
import { locked } from "@/workers/workspace/lock.ts";
import { MAKING, metadataOf, type Places, placesBeside } from "@/workers/workspace/places.ts";
import { keptRef } from "@/workers/workspace/refs.ts";
import { readContents } from "@/workers/workspace/contents.ts";
import { closeTree, openFolders } from "@/workers/workspace/modes.ts";
import { findSpare, offerSpare } from "@/workers/workspace/spare.ts";
import { addWorktree, checkOut, removeWorktree } from "@/workers/workspace/worktree.ts";
import { runOf, type Workspace } from "@/workers/workspace.ts";

const log = getLogger(["agent", "workspace"]);

/** Fewer are checked out before anybody waits for them. */
const MOST_WITHOUT = 1000;
const TIMEOUT_SECONDS = 900;

/** Checkouts that wait, one for each large repository: writing 20,000 files takes a second or two. */
export class Spares {
  readonly #stopping = new AbortController();
  readonly #making = new Map<string, Promise<void>>();
  readonly #least_files: number;

  constructor(least_files = MOST_WITHOUT) {
    this.#least_files = least_files;
  }

  /** A failure is left for the next task to meet. */
  prepare({ bare, base_branch, contents }: Workspace, url: string, allow_file = false): void {
    if (contents.files < this.#least_files || this.#making.has(bare)) return;
    if (this.#stopping.signal.aborted) return;
    const run = runOf({
      url,
      allow_file,
      token: null, // nothing is fetched
      timeout_seconds: TIMEOUT_SECONDS,
      run_id: "spare",
      signal: this.#stopping.signal,
    });
    const making = make({ ...run, dest: bare }, placesBeside(bare), base_branch)
      .catch((error) => log.warn("no checkout of {bare} is ready: {error}", { bare, error }))
      .finally(() => this.#making.delete(bare));
    this.#making.set(bare, making);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#making.values());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }
}

/** The lock is held only to begin and to end: tasks need not wait for it. */
async function make(run: GitRun, places: Places, branch: string): Promise<void> {
  const worktree = { git_dir: metadataOf(places.bare, MAKING), files: `${places.spare}-making` };
  const head = await locked(places, async () => {
    if (await findSpare(places)) return null;
    const kept = keptRef(`refs/heads/${branch}`);
    const commit = (await inBare(run, ["rev-parse", "--verify", kept])).trim();
    await addWorktree(worktree, commit);
    return commit;
  }, run.signal);
  if (!head) return;
  try {
    await checkOut(run, worktree, head);
    await closeTree(worktree.files);
    await openFolders(worktree.files);
    const contents = await readContents(run, head);
    await locked(places, () => offerSpare(worktree, places, head, contents), run.signal);
  } catch (error) {
    await removeWorktree(worktree);
    throw error;
  }
}
