import type { Range } from "./code.ts";

export function betweenCode(text: string, code: Range[], change: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of code) {
    parts.push(change(text.slice(at, start)), text.slice(start, end));
    at = end;
  }
  parts.push(change(text.slice(at)));
  return parts.join("");
}
