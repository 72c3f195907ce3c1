import {
  type Changed,
  type CheckRules,
  type CommitCheck,
  named,
} from "@/workers/workspace/check_rules.ts";
import { firstFew, safeText } from "@/workers/workspace/safe_text.ts";

const MOST_NAMED = 5;
const LONGEST_REASON = 2000;

/** What a person approved is what goes out, but for what the executor says that it had to do too. */
export function checkPlan(changed: Changed[], rules: CheckRules): CommitCheck {
  const planned = rules.planned_files.map(normalized);
  const reasons = new Map(rules.outside_plan.map(({ path, why }) => [normalized(path), why]));
  const isPlanned = (path: string) =>
    planned.some((one) => one === path || (one.endsWith("/") && path.startsWith(one)));
  const silent: string[] = [];
  const remarks: string[] = [];
  for (const { path } of changed.filter((one) => !isPlanned(one.path))) {
    const why = reasons.get(path);
    if (why === undefined) silent.push(named(path, rules));
    else {
      const reason = safeText(rules.redactor.redact(why), LONGEST_REASON);
      remarks.push(`${named(path, rules)} is not among the files that the plan names: ${reason}`);
    }
  }
  return { refusals: silent.length > 0 ? [refusalOf(silent)] : [], remarks };
}

const normalized = (path: string): string => path.replace(/^\.?\//, "");

function refusalOf(paths: string[]): string {
  return `${firstFew(paths, MOST_NAMED).join(", ")} ${
    paths.length === 1 ? "is" : "are"
  } not among ` +
    "the files that the plan names, and outside_plan does not say why: name each there with the " +
    "reason, or leave it as it was";
}
