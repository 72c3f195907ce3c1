import { join } from "node:path";
import { LineSplitter } from "@/db/process/lines.ts";
import { removeTree, writeAnew } from "@/workers/claude/folders.ts";
import { askGit, type GitRun } from "@/workers/repository/git.ts";
import { inBare } from "@/workers/workspace/bare.ts";
import { DiffCutter } from "@/workers/workspace/diff_cutter.ts";
import { runOf, type Workspace, type WorkspaceRequest } from "@/workers/workspace.ts";

export const DIFF_FILE = "changes.diff";
export const LIST_FILE = "changed_files.txt";

export interface Changes {
  files: number;
  added: number;
  deleted: number;
  /** Whose differences are not in the file, as git writes their names. */
  left_out: string[];
}

const MOST_BYTES_OF_DIFF = 256 * 1024 * 1024;
const LONGEST_LINE = 4000;
// A repository's attributes may name programs; ours are none, and these ask for none.
const DIFF = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames"];

/** What the head changed since the base, in two files of this folder. Throws RepositoryError. */
export const changesOf = (request: WorkspaceRequest, workspace: Workspace, folder: string) =>
  writeChanges(runOf(request), workspace, folder);

async function writeChanges(
  run: GitRun,
  { bare, git_dir, base_commit, head }: Workspace,
  folder: string,
): Promise<Changes> {
  const here = { ...run, dest: bare };
  const list = await inBare(here, [...DIFF, "--numstat", base_commit, head, "--"]);
  const whole = join(git_dir, "whole.diff");
  try {
    const args = [`--git-dir=${bare}`, ...DIFF, `--output=${whole}`, base_commit, head, "--"];
    await askGit({ ...here, max_bytes: MOST_BYTES_OF_DIFF }, args);
    const cutter = new DiffCutter();
    await cutInto(cutter, whole);
    writeAnew(join(folder, DIFF_FILE), cutter.text());
    writeAnew(join(folder, LIST_FILE), list);
    for (const name of [DIFF_FILE, LIST_FILE]) Deno.chmodSync(join(folder, name), 0o444);
    const { files, added, deleted } = counted(list);
    return { files, added, deleted, left_out: cutter.left_out };
  } finally {
    await removeTree(whole);
  }
}

async function cutInto(cutter: DiffCutter, path: string): Promise<void> {
  const lines = new LineSplitter(LONGEST_LINE);
  using file = await Deno.open(path);
  const take = (text: string, cut_bytes: number) =>
    cutter.push(cut_bytes > 0 ? `${text} [${cut_bytes} bytes more]` : text);
  for await (const chunk of file.readable) {
    for (const { text, cut_bytes } of lines.push(chunk)) take(text, cut_bytes);
  }
  const rest = lines.rest();
  if (rest) take(rest.text, rest.cut_bytes);
}

/** `ADDED\tDELETED\tNAME`, with dashes for what is not text. */
function counted(list: string): Pick<Changes, "files" | "added" | "deleted"> {
  const lines = list.split("\n").filter(Boolean).map((line) => line.split("\t"));
  const sum = (column: number) =>
    lines.reduce((total, fields) => total + (Number(fields[column]) || 0), 0);
  return { files: lines.length, added: sum(0), deleted: sum(1) };
}
