import { type Seconds, secondsOf } from "@/tests/run/durations.ts";
import type { Job } from "@/tests/run/jobs.ts";
import { estimate, progressLine } from "@/tests/run/progress.ts";
import { type JobOptions, runJob } from "@/tests/run/run_job.ts";
import { addCounts, type Counts, failed, NOTHING } from "@/tests/run/summary.ts";

export interface RunOptions extends JobOptions {
  at_once: number;
  known: Seconds;
  print: (text: string) => void;
}

export interface RunResult {
  counts: Counts;
  /** What each job took. */
  measured: Seconds;
  failed: Job[];
}

/** Runs the jobs in their order, so many at once. Prints a line for each, and all of what failed. */
export async function runJobs(jobs: Job[], options: RunOptions): Promise<RunResult> {
  const result: RunResult = { counts: NOTHING, measured: {}, failed: [] };
  const rest = [...jobs];
  const running = new Map<Job, number>();
  const lane = async () => {
    for (let job = rest.shift(); job && !options.stopping.aborted; job = rest.shift()) {
      running.set(job, performance.now());
      const { counts, seconds, printed } = await runJob(job, options);
      running.delete(job);
      result.counts = addCounts(result.counts, counts);
      result.measured[job.name] = seconds;
      if (failed(counts)) result.failed.push(job);
      if (failed(counts) && !options.onText) options.print(`\n${printed}\n`);
      const done = Object.keys(result.measured).length;
      const ended = { name: job.name, counts, seconds };
      options.print(
        `${progressLine(ended, done, jobs.length, secondsLeft(rest, running, options))}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: options.at_once }, lane));
  return result;
}

function secondsLeft(rest: Job[], running: Map<Job, number>, options: RunOptions): number {
  const known = (job: Job) => secondsOf(options.known, job.name);
  const ran = (since: number) => (performance.now() - since) / 1000;
  const begun = [...running].map(([job, since]) => Math.max(0, known(job) - ran(since)));
  return estimate([...rest.map(known), ...begun], options.at_once);
}
