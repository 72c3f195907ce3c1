import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { removeTree } from "@/workers/claude/folders.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { askGit } from "@/workers/repository/git.ts";
import { readBlobs } from "@/workers/workspace/blobs.ts";
import { isPointer, textOf } from "@/workers/workspace/content_problems.ts";
import { type LocalGit, localGit } from "@/workers/workspace/local_git.ts";
import { closeTree, openFolders, openTree } from "@/workers/workspace/modes.ts";
import { readTree } from "@/workers/workspace/tree.ts";
import { runOf, type Workspace, type WorkspaceRequest } from "@/workers/workspace.ts";

/** A file that stands in the place of its pointer. */
export const lfsFile = z.object({ path: z.string(), oid: z.string(), bytes: z.number() });
export type LfsFile = z.infer<typeof lfsFile>;

export interface Lfs {
  fetched: LfsFile[];
  /** Why others are not there, or null. */
  left_out: string | null;
}

const LONGEST_POINTER = 1024;
const MOST_BYTES = 1_000_000_000;
/** The repository's own `.lfsconfig` chooses neither the host nor what is fetched. */
const OURS = ["-c", "lfs.fetchinclude=", "-c", "lfs.fetchexclude=", "-c", "lfs.locksverify=false"];

/** Puts the files that Git LFS keeps in the places of their pointers. Throws when it is stopped. */
export async function fetchLfs(request: WorkspaceRequest, workspace: Workspace): Promise<Lfs> {
  const { bare, head, files } = workspace;
  const git = localGit({ git_dir: bare, stage: "fetch", doing: "Reading pointers" });
  const pointers = await pointersIn(git, head);
  if (pointers.length === 0) return { fetched: [], left_out: null };
  const total = pointers.reduce((sum, { bytes }) => sum + bytes, 0);
  const most = request.max_bytes ?? MOST_BYTES;
  if (total > most) return nothing(`they have ${total} bytes, at most ${most} are fetched`);
  const problem = await download(request, bare, head);
  await openFolders(files);
  const fetched: LfsFile[] = [];
  for (const one of pointers) if (await place(bare, files, one)) fetched.push(one);
  await (request.writable ? openTree(files) : closeTree(files));
  if (fetched.length === pointers.length) return { fetched, left_out: null };
  return { fetched, left_out: problem ?? "the host does not have all of them" };
}

const nothing = (left_out: string): Lfs => ({ fetched: [], left_out });

async function pointersIn(git: LocalGit, commit: string): Promise<LfsFile[]> {
  const small = [...await readTree(git, commit)]
    .filter(([, { mode, bytes }]) => mode.startsWith("100") && bytes > 0 && bytes < LONGEST_POINTER)
    .map(([path, { id, bytes }]) => ({ path, id, bytes }));
  const found: LfsFile[] = [];
  let at = 0;
  for await (const contents of readBlobs(git, small)) {
    const { path } = small[at++];
    const text = textOf(contents);
    const [, oid] = /^oid sha256:([0-9a-f]{64})$/m.exec(text) ?? [];
    const [, bytes] = /^size (\d{1,15})$/m.exec(text) ?? [];
    if (isPointer(text) && oid && bytes) found.push({ path, oid, bytes: Number(bytes) });
  }
  return found;
}

/** Into the kept repository; what went wrong, in words. */
async function download(
  request: WorkspaceRequest,
  bare: string,
  head: string,
): Promise<string | null> {
  const run = { ...runOf(request), dest: bare };
  const at = [`--git-dir=${bare}`, "-c", `lfs.url=${run.url.href}/info/lfs`, ...OURS];
  const known = await askGit(run, [...at, "lfs", "version"]);
  if (known.code !== 0) return "git-lfs is not installed on this machine";
  const { code } = await askGit(run, [...at, "lfs", "fetch", "origin", head]);
  return code === 0 ? null : `${run.url.host} did not hand them over`;
}

async function place(bare: string, files: string, { path, oid, bytes }: LfsFile) {
  const kept = join(bare, "lfs", "objects", oid.slice(0, 2), oid.slice(2, 4), oid);
  const there = await Deno.lstat(kept).catch(() => null);
  if (!there?.isFile || there.size !== bytes) return false;
  const file = join(files, path);
  await removeTree(file);
  await Deno.copyFile(kept, file);
  return true;
}

/** Those that a run left as they were: for git they are still their pointers. */
export async function untouched(files: string, all: LfsFile[]): Promise<string[]> {
  const same: string[] = [];
  for (const one of all) if (await isSame(join(files, one.path), one)) same.push(one.path);
  return same;
}

async function isSame(path: string, { oid, bytes }: LfsFile): Promise<boolean> {
  const there = await Deno.lstat(path).catch(() => null);
  if (!there?.isFile || there.size !== bytes) return false;
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex") === oid;
}

/** Throws what is no failure of a repository, such as a stop. */
export function lfsProblem(error: unknown, signal?: AbortSignal): Lfs {
  if (error instanceof RepositoryError && !signal?.aborted) return nothing(error.message);
  throw error;
}
