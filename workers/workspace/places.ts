import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** What is kept of one repository, beside each other below DATA_DIR. */
export interface Places {
  bare: string;
  lock: string;
  /** A whole checkout that waits for a task. */
  spare: string;
}

const BARE = ".git";
export const SPARE = "spare";
export const MAKING = "spare-making";

/** Its time tells when a task last asked for the repository. */
export const USED = "used";

export const repositoriesDir = (data_dir: string): string => join(data_dir, "repositories");

export function placesOf(data_dir: string, url: URL): Places {
  const digest = createHash("sha256").update(url.href).digest();
  const name = Buffer.from(digest.subarray(0, 16)).toString("hex");
  return placesBeside(join(repositoriesDir(data_dir), `${name}${BARE}`));
}

export function placesBeside(bare: string): Places {
  const start = join(dirname(bare), basename(bare, BARE));
  return { bare, lock: `${start}.lock`, spare: `${start}.${SPARE}` };
}

/** Of all repositories on this machine. */
export function allPlaces(data_dir: string): Places[] {
  const folder = repositoriesDir(data_dir);
  return namesIn(folder).filter((name) => /^[0-9a-f]{32}\.git$/.test(name))
    .map((name) => placesBeside(join(folder, name)));
}

export const metadataOf = (bare: string, id: string): string => join(bare, "worktrees", id);

export const worktreesOf = (bare: string): string[] => namesIn(join(bare, "worktrees"));

/** Those of tasks, without what waits for one. */
export const takenWorktrees = (bare: string): string[] =>
  worktreesOf(bare).filter((name) => name !== SPARE && name !== MAKING);

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
