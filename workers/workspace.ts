import { join } from "node:path";
import { gitEnvironment, originOf, secretsOf } from "@/workers/repository/environment.ts";
import { endedEarly, type GitRun } from "@/workers/repository/git.ts";
import { DISK_FULL, isFull, RepositoryError } from "@/workers/repository/refusal.ts";
import { type Contents, readContents, refuseLarge } from "@/workers/workspace/contents.ts";
import { contentsAfter } from "@/workers/workspace/contents_after.ts";
import { makeBare, recover } from "@/workers/workspace/bare.ts";
import { rememberingRefusals, repairing } from "@/workers/workspace/damage.ts";
import { type Fetched, fetchWanted, type Wanted } from "@/workers/workspace/fetch.ts";
import { locked } from "@/workers/workspace/lock.ts";
import { allPlaces, metadataOf, type Places, placesOf, USED } from "@/workers/workspace/places.ts";
import { beginMerge, type Merging } from "@/workers/workspace/merging.ts";
import { closeTree, openTree } from "@/workers/workspace/modes.ts";
import { findSpare, takeSpare } from "@/workers/workspace/spare.ts";
import {
  addWorktree,
  checkOut,
  filesOf,
  removeWorktree,
  type Worktree,
} from "@/workers/workspace/worktree.ts";

export { RepositoryError } from "@/workers/repository/refusal.ts";

export interface RepositoryAccess {
  /** `https:`, or `http:` on loopback. Without credentials. */
  url: string;
  token: string | null;
  login?: string;
  allow_file?: boolean;
}

export interface WorkspaceRequest extends RepositoryAccess, Wanted {
  data_dir: string;
  task_id: string;
  /** Where the files come to lie. */
  dest: string;
  writable: boolean;
  /** Where the base contradicts our branch, the files hold both sides, to be resolved. */
  merges_base?: boolean;
  timeout_seconds: number;
  /** Of each fetched pack, and of the files together. */
  max_bytes?: number;
  /** Begins the AGENT_RUN_ID of git, so that a later worker can tell whose it is. */
  run_id?: string;
  signal?: AbortSignal;
}

export interface Workspace extends Worktree, Fetched {
  bare: string;
  /** The same as `head`. */
  commit: string;
  contents: Contents;
  merging: Merging | null;
}

const MOST_BYTES_OF_FILES = 1_000_000_000;
const MOST_BYTES_OF_HISTORY = 8_000_000_000;

/** A worktree of the repository kept on this machine. Throws RepositoryError; then `dest` is gone. */
export async function openWorkspace(request: WorkspaceRequest): Promise<Workspace> {
  const run = runOf(request);
  const places = placesOf(request.data_dir, run.url);
  const here = { ...run, dest: places.bare };
  const id = idOf(request);
  try {
    return await locked(
      places,
      () => repairing(here, places, () => open(here, places, id, request)),
      run.signal,
    );
  } catch (error) {
    await removeWorktree({ git_dir: metadataOf(places.bare, id), files: request.dest });
    throw inWords(error, run);
  }
}

/** The worktree of a task, whichever repository it is of, with its files. */
export async function closeWorkspace(data_dir: string, task_id: string): Promise<void> {
  for (const { bare } of allPlaces(data_dir)) {
    const git_dir = metadataOf(bare, idOf({ task_id }));
    const files = await filesOf(git_dir);
    if (files) await removeWorktree({ git_dir, files });
  }
}

async function open(
  run: GitRun,
  places: Places,
  id: string,
  request: WorkspaceRequest,
): Promise<Workspace> {
  const { dest: files, writable, merges_base, max_bytes = MOST_BYTES_OF_FILES } = request;
  await makeBare(run, places);
  await Deno.writeTextFile(join(places.bare, USED), "");
  const fetched = await fetchWanted(run, request);
  await recover(run, places);
  const { head } = fetched;
  const spare = await findSpare(places);
  const contents = spare ? await contentsAfter(run, spare, head) : await readContents(run, head);
  refuseLarge(run, contents, max_bytes);
  const worktree = { git_dir: metadataOf(places.bare, id), files };
  if (!spare || !await takeSpare(run, places, spare, worktree, head)) {
    await addWorktree(worktree, head);
    await checkOut(run, worktree, head);
  }
  const merging = merges_base ? await beginMerge(run, worktree, head, fetched.base_branch) : null;
  await (writable ? openTree(files) : closeTree(files));
  return { ...worktree, ...fetched, bare: places.bare, commit: head, contents, merging };
}

/** How git reaches this repository and nothing else. Throws RepositoryError. */
export function runOf(
  request:
    & RepositoryAccess
    & Pick<WorkspaceRequest, "timeout_seconds" | "max_bytes" | "run_id" | "signal">,
): GitRun {
  const url = originOf(request);
  const { timeout_seconds, run_id, signal } = request;
  return rememberingRefusals({
    url,
    dest: "/",
    env: gitEnvironment(url, request),
    run_id,
    secrets: secretsOf(request),
    max_bytes: request.max_bytes ?? MOST_BYTES_OF_HISTORY,
    timeout_seconds,
    signal: AbortSignal.any([
      AbortSignal.timeout(timeout_seconds * 1000),
      ...(signal ? [signal] : []),
    ]),
  });
}

/** It becomes the name of a folder. */
function idOf({ task_id }: Pick<WorkspaceRequest, "task_id">): string {
  if (/^[0-9a-z][0-9a-z-]{7,63}$/.test(task_id)) return task_id;
  throw new RepositoryError(`${JSON.stringify(task_id.slice(0, 100))} is no id of a task`);
}

function inWords(error: unknown, run: GitRun): unknown {
  if (error instanceof RepositoryError) return error;
  if (run.signal.aborted) return endedEarly(run);
  const text = error instanceof Error ? error.message : String(error);
  return isFull(text) ? new RepositoryError(DISK_FULL) : error;
}
