export interface Counts {
  passed: number;
  failed: number;
  ignored: number;
}

export const NOTHING: Counts = { passed: 0, failed: 0, ignored: 0 };

export const failed = (counts: Counts): boolean => counts.failed > 0;

export function addCounts(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    ignored: one.ignored + other.ignored,
  };
}

/** "ok | 5 passed (2 steps) | 1 failed | 2 ignored (3s)" → its figures; the last such line counts. */
export function findCounts(text: string): Counts {
  // deno-lint-ignore no-control-regex
  const plain = text.replace(/\x1b\[[0-9;]*m/g, "");
  const line = plain.split("\n").findLast((line) => /^(ok|FAILED) \| \d+ passed/.test(line)) ?? "";
  const figure = (name: string) => Number(line.match(new RegExp(`(\\d+) ${name}`))?.[1] ?? 0);
  return { passed: figure("passed"), failed: figure("failed"), ignored: figure("ignored") };
}

/** The line that `.ci/run` ends with. */
export function countLine({ passed, failed, ignored }: Counts): string {
  return `${passed} passed, ${failed} failed` + (ignored > 0 ? `, ${ignored} skipped` : "");
}
