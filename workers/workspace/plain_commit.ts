import { readBlobs } from "@/workers/workspace/blobs.ts";
import type { LocalGit } from "@/workers/workspace/local_git.ts";
import { differences, readCommit, readTree } from "@/workers/workspace/tree.ts";

/** A commit as a host can make it that knows nothing but regular files. */
export interface PlainCommit {
  parent: string;
  tree: string;
  message: string;
  files: { path: string; mode: string; contents: Uint8Array | null }[];
}

const REGULAR = "100644";
const NOTHING = "000000";
/** One request holds them all, in base64. */
const MOST_FILES = 500;
const MOST_BYTES = 20 * 1024 * 1024;

/** Null: it is a merge, changes something else than regular files, or is too large for a request. */
export async function plainCommit(git: LocalGit, commit: string): Promise<PlainCommit | null> {
  const { parents, tree, message } = await readCommit(git, commit);
  if (parents.length !== 1) return null;
  const [parent] = parents;
  const changed = await differences(git, parent, commit, { renames: false });
  if (changed.length > MOST_FILES) return null;
  if (changed.some(({ now }) => now.mode !== REGULAR && now.mode !== NOTHING)) return null;
  const sizes = await readTree(git, commit);
  const kept = changed.filter(({ now }) => now.mode === REGULAR)
    .map(({ path, now: { id } }) => ({ path, id, bytes: sizes.get(path)?.bytes ?? 0 }));
  if (kept.reduce((total, { bytes }) => total + bytes, 0) > MOST_BYTES) return null;
  const contents = await Array.fromAsync(readBlobs(git, kept));
  const files = [
    ...kept.map(({ path }, at) => ({ path, mode: REGULAR, contents: contents[at] })),
    ...changed.filter(({ now }) => now.mode === NOTHING)
      .map(({ path }) => ({ path, mode: NOTHING, contents: null })),
  ];
  return { parent, tree, message, files };
}
