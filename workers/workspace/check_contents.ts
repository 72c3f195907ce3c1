import { readBlobs } from "@/workers/workspace/blobs.ts";
import {
  type Changed,
  type CheckRules,
  type CommitCheck,
  GITLINK,
  named,
  SYMLINK,
} from "@/workers/workspace/check_rules.ts";
import { contentProblems, isPointer, textOf } from "@/workers/workspace/content_problems.ts";
import { linkProblem } from "@/workers/workspace/link_problem.ts";
import type { LocalGit } from "@/workers/workspace/local_git.ts";
import type { TreeEntry } from "@/workers/workspace/tree.ts";

/** By what the files and symlinks that were added or changed say. */
export async function checkContents(
  git: LocalGit,
  changed: Changed[],
  before: Map<string, TreeEntry>,
  rules: CheckRules,
): Promise<CommitCheck> {
  const check: CommitCheck = { refusals: [], remarks: [] };
  const isFile = ({ now, bytes }: Changed) =>
    !["000000", GITLINK].includes(now.mode) && bytes <= rules.max_file_bytes;
  for (const one of changed.filter(isFile)) {
    const old = one.old.mode === GITLINK ? undefined : before.get(one.path);
    const [now, was] = await texts(
      git,
      one,
      old && old.bytes <= rules.max_file_bytes * 4 ? old : undefined,
    );
    look(one, now, was, rules, check);
  }
  return check;
}

async function texts(
  git: LocalGit,
  { now, bytes }: Changed,
  old?: TreeEntry,
): Promise<[string, string]> {
  const found = new Map<string, string>();
  for await (
    const { id, content } of readBlobs(git, [{ id: now.id, bytes }, ...(old ? [old] : [])])
  ) {
    found.set(id, textOf(content));
  }
  return [found.get(now.id) ?? "", old ? found.get(old.id) ?? "" : ""];
}

function look(
  { path, now: { mode } }: Changed,
  now: string,
  before: string,
  rules: CheckRules,
  check: CommitCheck,
): void {
  const link = mode === SYMLINK ? linkProblem(path, now) : null;
  const problems = [...(link ? [link] : []), ...contentProblems(now, before, rules.redactor)];
  check.refusals.push(...problems.map((problem) => `${named(path, rules)} ${problem}`));
  if (isPointer(before) && !isPointer(now)) {
    check.remarks.push(`${named(path, rules)} was kept by LFS, and goes in as an ordinary file`);
  }
}
