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
  const pairs = changed.filter((one) => isReadable(one, rules))
    .map((one) => ({ one, old: comparable(before.get(one.path), rules) }));
  const now = pairs.map(({ one }) => ({ id: one.now.id, bytes: one.bytes }));
  const texts = readBlobs(git, pairs.flatMap(({ old }, at) => old ? [now[at], old] : [now[at]]));
  const next = async () => textOf((await texts.next()).value ?? new Uint8Array());
  for (const { one, old } of pairs) look(one, await next(), old ? await next() : "", rules, check);
  return check;
}

const isReadable = ({ now, bytes }: Changed, { max_file_bytes }: CheckRules) =>
  !["000000", GITLINK].includes(now.mode) && bytes <= max_file_bytes;

/** What was there, where it is a file that can be compared: a large one that shrank is read as new. */
const comparable = (old: TreeEntry | undefined, { max_file_bytes }: CheckRules) =>
  old && old.mode !== GITLINK && old.bytes <= 4 * max_file_bytes ? old : null;

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
