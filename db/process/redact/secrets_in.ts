import type { Finder } from "@/db/process/redact/stream.ts";

/** What the finders would hide of a whole text, where they overlap as one piece. */
export function secretsIn(text: string, finders: Finder[]): string[] {
  const found = new Map<number, number>();
  for (const finder of finders) {
    finder.read(text, true, (start, end) => {
      if (end > start) found.set(start, Math.max(end, found.get(start) ?? 0));
    });
  }
  return joined([...found].sort((a, b) => a[0] - b[0])).map(([start, end]) =>
    text.slice(start, end)
  );
}

function joined(ranges: [start: number, end: number][]): [start: number, end: number][] {
  const all: [start: number, end: number][] = [];
  for (const [start, end] of ranges) {
    const last = all.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else all.push([start, end]);
  }
  return all;
}
