import { type Counts, failed } from "@/tests/run/summary.ts";

/** What there is to say of a job that has ended. */
export interface Ended {
  name: string;
  counts: Counts;
  seconds: number;
}

/** The line for a job that has ended: how far the run is, and how long the rest will take. */
export function progressLine(
  ended: Ended,
  done: number,
  all: number,
  left_seconds: number,
): string {
  const place = `${String(done).padStart(String(all).length)}/${all}`;
  const { passed, ignored } = ended.counts;
  const parts = [`${passed} passed`];
  if (failed(ended.counts)) parts.push(`${ended.counts.failed} FAILED`);
  if (ignored > 0) parts.push(`${ignored} skipped`);
  const left = done === all ? "" : `  ~${minutes(left_seconds)} left`;
  return `${place}  ${ended.name}  ${parts.join(", ")}  ${ended.seconds.toFixed(1)} s${left}`;
}

/** How long so much takes with so many at once: no less than the longest of them. */
export function estimate(seconds: number[], at_once: number): number {
  const sum = seconds.reduce((sum, one) => sum + one, 0);
  return Math.max(sum / at_once, ...seconds, 0);
}

/** 75 → "1:15". */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
