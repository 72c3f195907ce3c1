import { checkContents } from "@/workers/workspace/check_contents.ts";
import { checkPlan } from "@/workers/workspace/check_plan.ts";
import {
  type Changed,
  type CheckRules,
  type CommitCheck,
  GITLINK,
  named,
  SYMLINK,
} from "@/workers/workspace/check_rules.ts";
import { ciFilesOf, type IsCi } from "@/workers/workspace/ci_files.ts";
import { localGit } from "@/workers/workspace/local_git.ts";
import { pathProblem } from "@/workers/workspace/path_problem.ts";
import { firstFew } from "@/workers/workspace/safe_text.ts";
import { differences, readCommit, readTree } from "@/workers/workspace/tree.ts";

export type { CheckRules, CommitCheck } from "@/workers/workspace/check_rules.ts";

const MOST_NAMED = 20;
const MODES = ["000000", "100644", "100755", SYMLINK, GITLINK];

/** By the commit's tree, and not by the text of a patch. Throws RepositoryError when git fails. */
export async function checkCommit(
  ws: { git_dir: string },
  base: string,
  commit: string,
  rules: CheckRules,
): Promise<CommitCheck> {
  const git = localGit({ git_dir: ws.git_dir, stage: "check", doing: "Checking the commit" });
  const [before, after] = [await readTree(git, base), await readTree(git, commit)];
  const found = await differences(git, base, commit, { renames: false });
  const changed = found.map((one) => ({ ...one, bytes: after.get(one.path)?.bytes ?? 0 }));
  const isCi = await ciFilesOf(git, [before, after]);
  const { refusals, remarks } = await checkContents(git, changed, before, rules);
  const { message } = await readCommit(git, commit);
  if (rules.redactor.redact(message) !== message) {
    refusals.push("the commit's message holds a secret");
  }
  refusals.unshift(...changed.flatMap((one) => entryProblems(one, isCi, rules)));
  const outside = checkPlan(changed, rules);
  refusals.push(...outside.refusals);
  const shown = (all: string[]) => firstFew([...new Set(all)], MOST_NAMED);
  // All that nobody approved is told, however much it is.
  return { refusals: shown(refusals), remarks: [...outside.remarks, ...shown(remarks)] };
}

/** By path, kind and size alone. */
function entryProblems(
  { path, old, now, bytes }: Changed,
  isCi: IsCi,
  rules: CheckRules,
): string[] {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${named(path, rules)} ${problem}`);
  const bad_path = now.mode === "000000" ? null : pathProblem(path);
  if (bad_path) say(bad_path);
  if (rules.redactor.redact(path) !== path) say("has a secret in its name");
  if (old.mode === GITLINK || now.mode === GITLINK || path === ".gitmodules") {
    say("changes a submodule, which the agent may not");
  }
  if (!MODES.includes(now.mode)) say(`has the mode ${now.mode}, which no ordinary file has`);
  if (bytes > rules.max_file_bytes) {
    say(`has ${bytes} bytes, at most ${rules.max_file_bytes} may go in`);
  }
  if (isCi(path) && !rules.allowed_ci_files.includes(path)) {
    say("belongs to the checks of the repository (CI), and the approval did not name it");
  }
  return problems;
}
