import assert from "node:assert/strict";
import process from "node:process";

const TRIES = 5;
/** Below this a figure is noise. */
const LEAST_MS = 20;

/** CPU time of this process for the work, in milliseconds: what else the machine does is left out. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Fails when work on a longer text takes far more than its share. Quadratic work is caught. */
export async function assertLinear(
  what: string,
  work: (length: number) => unknown,
  [short, long]: [number, number],
): Promise<void> {
  const times = long / short;
  const allowed = times * Math.sqrt(times); // between in proportion and quadratic
  const seen: string[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const [once, more] = [await cpuTime(() => work(short)), await cpuTime(() => work(long))];
    if (more < allowed * Math.max(once, LEAST_MS)) return;
    seen.push(`${once.toFixed(1)} → ${more.toFixed(1)} ms`);
  }
  assert.fail(`${times} times ${what} takes more than ${times} times as long: ${seen.join(", ")}`);
}
