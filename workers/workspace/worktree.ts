import { dirname, join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import { git, type GitRun } from "@/workers/repository/git.ts";

/** As `git worktree add` lays it out (gitrepository-layout), but for the `.git` in the files. */
export interface Worktree {
  git_dir: string;
  files: string;
}

export const inWorktree = (run: GitRun, { git_dir, files }: Worktree, args: string[]) =>
  git({ ...run, dest: files }, [`--git-dir=${git_dir}`, `--work-tree=${files}`, ...args]);

/** Without its files. Whatever there was in its place is gone then. Under the lock. */
export async function addWorktree(worktree: Worktree, head: string): Promise<void> {
  await removeWorktree(worktree);
  await Deno.mkdir(worktree.git_dir, { recursive: true, mode: 0o700 });
  await Deno.mkdir(worktree.files, { recursive: true });
  await describe(worktree, head);
}

export async function checkOut(run: GitRun, worktree: Worktree, head: string): Promise<void> {
  await inWorktree(run, worktree, ["read-tree", "--reset", "-u", head]);
}

/** Writes what differs, into files that are as `from` has them. */
export async function moveOn(
  run: GitRun,
  worktree: Worktree,
  from: string,
  to: string,
): Promise<void> {
  if (from !== to) await inWorktree(run, worktree, ["read-tree", "-m", "-u", from, to]);
  await describe(worktree, to);
}

export async function removeWorktree({ git_dir, files }: Worktree): Promise<void> {
  await removeTree(git_dir);
  await removeTree(files);
}

/** Where its files are; null: it does not say so. */
export async function filesOf(git_dir: string): Promise<string | null> {
  const said = await Deno.readTextFile(join(git_dir, "gitdir")).catch(() => null);
  return said === null || !said.endsWith("/.git\n") ? null : dirname(said.trimEnd());
}

export async function describe({ git_dir, files }: Worktree, head: string): Promise<void> {
  const write = (name: string, line: string) =>
    Deno.writeTextFile(join(git_dir, name), `${line}\n`);
  await write("locked", "a task works in it"); // else git forgets a worktree without a `.git`
  await write("gitdir", join(files, ".git"));
  await write("commondir", "../..");
  await write("HEAD", head);
}
