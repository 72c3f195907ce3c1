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

/** What broke before or after its tests has failed, and so has a whole job that ran none: deno calls
 * it "ok" when a file exits while it is loaded, and then no test of the process runs. */
export function judge(counts: Counts, how: { success: boolean; is_whole: boolean }): Counts {
  const ran = counts.passed + counts.failed + counts.ignored > 0;
  const is_good = how.success && (ran || !how.is_whole);
  return is_good || failed(counts) ? counts : { ...counts, failed: 1 };
}

/** The line that `.ci/run` ends with. */
export function countLine({ passed, failed, ignored }: Counts): string {
  return `${passed} passed, ${failed} failed` + (ignored > 0 ? `, ${ignored} skipped` : "");
}
