/** How a text was changed, by lines. Pure. */

export interface ChangedLine {
  change: "same" | "removed" | "added";
  line: string;
}

const CONTEXT = 2;
const MOST_LINES = 500;
/** Comparing each line with each takes their product; beyond it all are shown as changed. */
const MOST_PAIRS = 1_000_000;

/** Lines that differ, each with two that do not on either side; empty: none does. */
export function lineDiff(before: string, after: string): ChangedLine[] {
  const [old, now] = [before, after].map((text) => text.split(/\r\n|[\r\n\u2028\u2029]/));
  const all = compared(old, now);
  const near = all.map((_, at) =>
    all.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ change }) => change !== "same")
  );
  return all.filter((_, at) => near[at]).slice(0, MOST_LINES);
}

function compared(old: string[], now: string[]): ChangedLine[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  return [
    ...lines("same", old.slice(0, start)),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...lines("same", old.slice(old.length - end)),
  ];
}

const lines = (change: ChangedLine["change"], texts: string[]): ChangedLine[] =>
  texts.map((line) => ({ change, line }));

function middle(old: string[], now: string[]): ChangedLine[] {
  if (old.length * now.length > MOST_PAIRS) {
    return [...lines("removed", old), ...lines("added", now)];
  }
  const common = commonLengths(old, now);
  const found: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) found.push({ change: "same", line: old[i++] }), j++;
    else if (common[i + 1][j] >= common[i][j + 1]) {
      found.push({ change: "removed", line: old[i++] });
    } else found.push({ change: "added", line: now[j++] });
  }
  return [...found, ...lines("removed", old.slice(i)), ...lines("added", now.slice(j))];
}

/** Of the ends of both that begin at a line, how long the longest common part is. */
function commonLengths(old: string[], now: string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i][j] = old[i] === now[j]
        ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
