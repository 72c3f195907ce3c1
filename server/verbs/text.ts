import { invalid } from "@/server/errors.ts";

export const LONGEST_TEXT = 100_000;

/** Throws 422 for a text that is too long. */
export function limited(path: string, text: string): string {
  if (text.length > LONGEST_TEXT) throw invalid(path, `at most ${LONGEST_TEXT} characters`);
  return text;
}

/** The text without blanks around it. Throws 422 where nothing is left, and as `limited`. */
export function saidText(path: string, text: string): string {
  const said = text.trim();
  if (said === "") throw invalid(path, "say something");
  return limited(path, said);
}
