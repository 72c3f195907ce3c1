/** Text that looks to everybody like what it is: a person approves what the executor then gets. */
import { type Plan, plan } from "@/db/nouns/plan.ts";

/** Controls, formats, private and half characters, and what a font draws as nothing. */
const UNSEEN =
  /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{16fe4}]/gu;
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
const BLANKS = /[^\S\n]/g;
const MANY_LINES = /\n{3,}/g;

export const plainText = (text: string): string =>
  text.replace(LINE_ENDS, "\n").replace(BLANKS, " ").replace(UNSEEN, "")
    .replace(MANY_LINES, "\n\n").trim();

export const plainLine = (text: string): string => plainText(text).replace(/\s+/g, " ");

/** The plan in such text, where each entry of a list is one line; null: then it is none. */
export function plainPlan(written: Plan): Plan | null {
  const lines = (texts: string[]) => texts.map(plainLine).filter((line) => line !== "");
  const read = plan.safeParse({
    title: plainLine(written.title),
    background: plainText(written.background),
    done: plainText(written.done),
    root_cause: plainText(written.root_cause),
    affected_components: lines(written.affected_components),
    risk_level: written.risk_level,
    files_affected: written.files_affected.map(({ path, change }) => ({
      path: path.replace(UNSEEN, ""),
      change: plainLine(change),
    })),
    steps: lines(written.steps),
    tests: lines(written.tests),
    left_out: lines(written.left_out),
  });
  return read.data ?? null;
}
