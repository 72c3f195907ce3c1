/** What somebody else wrote, for one line of ours: no control characters, and not without end. */
export function safeText(text: string, longest = 300): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** The first few, and how many more there are. */
export function firstFew(all: string[], most: number): string[] {
  if (all.length <= most) return all;
  return [...all.slice(0, most), `and ${all.length - most} more`];
}
