import { type Counts, findCounts, judge } from "@/tests/run/summary.ts";
import type { Job } from "@/tests/run/jobs.ts";

/** No file takes a tenth of that; one that waits for ever ends the run's patience. */
const LIMIT_MS = 15 * 60_000;
const TOGETHER = "tests/run/together.ts";

export interface JobResult {
  counts: Counts;
  seconds: number;
  printed: string;
}

export interface JobOptions {
  /** For `deno test`. */
  flags: string[];
  is_whole: boolean;
  env: Record<string, string>;
  stopping: AbortSignal;
  /** What it prints, as it comes. */
  onText?: (text: string) => void;
}

/** Runs the files of a job with `deno test`, in one process. A job that broke has failed tests. */
export async function runJob(job: Job, options: JobOptions): Promise<JobResult> {
  const started = performance.now();
  const [file] = job.files.length > 1 ? [TOGETHER] : job.files;
  const child = new Deno.Command(Deno.execPath(), {
    // Types are `deno task check`'s: an error in one file must not hide what the others do.
    args: ["test", "-A", "--cached-only", "--no-check", ...flagsFor(job, options.flags), file],
    env: { ...options.env, TEST_FILES: JSON.stringify(job.files) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limit = AbortSignal.timeout(LIMIT_MS);
  const end = () => terminate(child);
  const stop = AbortSignal.any([options.stopping, limit]);
  stop.addEventListener("abort", end);
  let printed = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> => {
    let all = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      all += text;
      printed += text;
      options.onText?.(text);
    }
    return all;
  };
  // The summary is on stdout: what comes on stderr meanwhile could cut it in two.
  const [stdout] = await Promise.all([read(child.stdout), read(child.stderr)]);
  const { success } = await child.status;
  stop.removeEventListener("abort", end);
  if (limit.aborted) printed += `\n${job.name} did not end within ${LIMIT_MS / 60_000} minutes.\n`;
  const counts = judge(findCounts(stdout), { success, is_whole: options.is_whole });
  return { counts, seconds: (performance.now() - started) / 1000, printed };
}

function terminate(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch { /* it has just ended */ }
}

/** `--junit-path=FOLDER`: each job writes a report of its own there. */
function flagsFor(job: Job, flags: string[]): string[] {
  const report = job.name.replaceAll(/\W+/g, "_");
  return flags.map((flag) => flag.startsWith("--junit-path=") ? `${flag}/${report}.xml` : flag);
}
