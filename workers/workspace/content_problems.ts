import type { Redactor } from "@/db/process/redact.ts";

const LFS = "version https://git-lfs.github.com/spec/";
const MARKS = /^(?:<{7}(?: .*)?|={7}|>{7}(?: .*)?)$/gm;
const ORDER = "<=>";

/** UTF-16 reads as ASCII with zeros between: without them a secret in it shows. */
export const textOf = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes).replaceAll("\0", "");

/** What may not leave in what a file says; what was there before is no news. */
export function contentProblems(now: string, before: string, redactor: Redactor): string[] {
  const problems: string[] = [];
  const found = redactor.secretsIn(now);
  const known = found.length > 0 ? new Set(redactor.secretsIn(before)) : null;
  if (found.some((secret) => !known!.has(secret))) problems.push("holds a secret");
  if (conflicts(now) > conflicts(before)) problems.push("has markers of a merge conflict");
  return problems;
}

export const hasMarkers = (contents: Uint8Array): boolean => conflicts(textOf(contents)) > 0;

export const isPointer = (text: string): boolean => text.startsWith(LFS);

/** Line by line: one pattern over the whole text takes hours where markers never end. */
function conflicts(text: string): number {
  let complete = 0;
  let next = 0;
  for (const [mark] of text.matchAll(MARKS)) {
    if (mark[0] !== ORDER[next]) continue;
    next = (next + 1) % ORDER.length;
    if (next === 0) complete++;
  }
  return complete;
}
