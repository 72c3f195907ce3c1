import { z } from "zod";

const line = (most: number) => z.string().trim().min(1).max(most);
const lines = (most: number) => z.array(line(2000)).max(most);

/** Where a file stands in a repository: never outside of it, never in git's own folder. */
export const repositoryPath = z.string().min(1).max(1000).refine(
  isInside,
  "is a path in the repository: relative, without `..`, not in `.git`",
);

function isInside(path: string): boolean {
  const parts = path.split("/");
  // deno-lint-ignore no-control-regex
  if (/[\\\u0000-\u001f\u007f]/.test(path) || path.startsWith("/")) return false;
  return parts.every((part) => part !== "" && !/^(\.{1,2}|\.git)$/i.test(part));
}

export const RISK_LEVELS = ["low", "medium", "high"] as const;

/** What a planning step hands over and a person approves. */
export const PLAN = {
  title: line(200),
  background: line(8000),
  done: line(8000).meta({ description: "What was looked at and done to get to this plan." }),
  root_cause: z.string().trim().max(4000),
  affected_components: lines(50),
  risk_level: z.enum(RISK_LEVELS),
  files_affected: z.array(z.strictObject({ path: repositoryPath, change: line(2000) })).max(300),
  steps: lines(100).min(1),
  tests: lines(100),
  left_out: lines(50),
};
export const plan = z.strictObject(PLAN);
export type Plan = z.infer<typeof plan>;

/** What a person can read, and one comment can hold. */
const MOST_CHARACTERS = 60_000;

/** One that is handed over. Rows are read without this limit, which may have been another one. */
export const writtenPlan = plan.refine(
  (whole) => JSON.stringify(whole).length <= MOST_CHARACTERS,
  `is longer than ${MOST_CHARACTERS} characters in all: say it more shortly`,
);
