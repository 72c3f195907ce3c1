export interface Counts {
  passed: number;
  failed: number;
  ignored: number;
}

/** Copies what `deno test` prints as it comes; returns the figures of its last summary line. */
export async function readSummary(
  printed: Deno.ChildProcess["stdout"],
  to: WritableStream<Uint8Array<ArrayBuffer>>,
): Promise<Counts> {
  const [shown, read] = printed.tee();
  const copied = shown.pipeTo(to, { preventClose: true });
  let tail = "";
  for await (const text of read.pipeThrough(new TextDecoderStream())) {
    tail = (tail + text).slice(-4096);
  }
  await copied;
  return findCounts(tail);
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
