import { join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import {
  type FileLimits,
  refuseFiles,
  refuseMovedFolder,
  refuseTraps,
} from "@/workers/workspace/found_files.ts";
import { type LfsFile, untouched } from "@/workers/workspace/lfs.ts";
import { type LocalGit, localGit } from "@/workers/workspace/local_git.ts";
import { type CommitRequest, makeCommit } from "@/workers/workspace/make_commit.ts";
import { type Merging, refuseUnresolved } from "@/workers/workspace/merging.ts";
import { differences, readTree } from "@/workers/workspace/tree.ts";

export interface Worktree {
  git_dir: string;
  files: string;
  head: string;
  merging?: Merging | null;
  lfs?: LfsFile[];
}

export interface ChangedFile {
  path: string;
  status: "added" | "modified" | "deleted" | "renamed";
  mode: string;
  bytes: number;
  old_path?: string;
}

export interface Commit {
  commit: string;
  files: ChangedFile[];
  signed: boolean;
}

export interface CommitOptions extends CommitRequest, Partial<FileLimits> {
  timeout_seconds?: number;
  run_id?: string;
  signal?: AbortSignal;
}

/** What one file of a change may have. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

const STATUS: Record<string, ChangedFile["status"]> = { A: "added", D: "deleted", R: "renamed" };

/** What lies on the disk, on top of `head`; null: nothing changed. Throws RepositoryError. */
export async function commitWorkspace(
  ws: Worktree,
  request: CommitOptions,
): Promise<Commit | null> {
  const { git_dir, files, head, merging, lfs = [] } = ws;
  const given = merging?.tree ?? head;
  const git = localGit({
    git_dir,
    files,
    stage: "commit",
    doing: "Committing",
    timeout_seconds: request.timeout_seconds,
    run_id: request.run_id,
    signal: request.signal,
  });
  await refuseMovedFolder(files);
  await refuseTraps(files);
  const { max_file_bytes = MAX_FILE_BYTES, max_total_bytes = MAX_TOTAL_BYTES } = request;
  const same = await untouched(files, lfs);
  await refuseFiles(git, files, given, { max_file_bytes, max_total_bytes, same });
  const tree = await writeTree(git, git_dir, given, same);
  if (!merging && tree === (await git(["rev-parse", `${head}^{tree}`])).trim()) return null;
  if (merging) await refuseUnresolved(git, tree, merging);
  const parents = merging ? [head, merging.base_commit] : [head];
  const { commit, signed } = await makeCommit(git, git_dir, { tree, parents }, request);
  return { commit, signed, files: await changedFiles(git, given, commit) };
}

/** By a copy of the index, so that a kill in the middle leaves the worktree's own as it was. */
async function writeTree(
  git: LocalGit,
  git_dir: string,
  head: string,
  same: string[],
): Promise<string> {
  const index = join(git_dir, "index.commit");
  const staged = git.with({ GIT_INDEX_FILE: index });
  await Promise.all([removeTree(index), removeTree(`${index}.lock`)]);
  try {
    await Deno.copyFile(join(git_dir, "index"), index).catch(() => staged(["read-tree", head]));
    const skip = ["update-index", "-z", "--skip-worktree", "--stdin"];
    if (same.length > 0) await staged(skip, same.map((path) => `${path}\0`).join(""));
    await staged(["add", "--all", "--no-warn-embedded-repo"]);
    const tree = (await staged(["write-tree"])).trim();
    if (await staged(["ls-tree", tree])) return tree;
    throw new RepositoryError("The run deleted every file of the repository", "commit");
  } finally {
    await removeTree(index);
  }
}

/** What a commit changed, as people are told of it. */
export async function changedFiles(
  git: LocalGit,
  base: string,
  commit: string,
): Promise<ChangedFile[]> {
  const tree = await readTree(git, commit);
  const found = await differences(git, base, commit, { renames: true });
  return found.map(({ path, old_path, status, old, now }) => ({
    path,
    status: STATUS[status] ?? "modified",
    mode: status === "D" ? old.mode : now.mode,
    bytes: tree.get(path)?.bytes ?? 0,
    old_path,
  }));
}
