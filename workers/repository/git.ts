import $ from "dax";
import { pauseFor } from "@/db/process/pause.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import { refusal, RepositoryError } from "@/workers/repository/refusal.ts";

export interface GitRun {
  url: URL;
  dest: string;
  env: Record<string, string | undefined>;
  secrets: string[];
  run_id?: string;
  max_bytes: number;
  timeout_seconds: number;
  signal: AbortSignal;
}

const BLOCK_BYTES = 512;
/** The kernel stops git at the first file that grows too large. */
const LIMITED = 'ulimit -f "$1" && shift && exec git "$@"';

/** Killed by a mark: dax's time-out waits for grandchildren. Throws RepositoryError. */
export async function git(run: GitRun, args: string[]): Promise<string> {
  if (run.signal.aborted) throw ended(run);
  const mark = `${run.run_id ?? "no-run"}.git-${crypto.randomUUID()}`;
  const running = new AbortController();
  const kill = () => void killUntil(running.signal, mark);
  run.signal.addEventListener("abort", kill, { once: true });
  try {
    const { code, stdout, stderr } = await started(run, args, mark);
    if (run.signal.aborted) throw ended(run);
    if (code !== 0) throw refusal(run.url, stderr, run.secrets);
    return stdout;
  } finally {
    run.signal.removeEventListener("abort", kill);
    running.abort();
  }
}

function started({ dest, env, max_bytes }: GitRun, args: string[], mark: string) {
  const blocks = Math.ceil(max_bytes / BLOCK_BYTES);
  // By its path: dax gives up on a PATH that has a folder it may not read.
  return $`/bin/sh -c ${LIMITED} sh ${blocks} -C ${dest} ${args}`
    .env({ ...env, AGENT_RUN_ID: mark })
    .stdin("null").stdout("piped").stderr("piped").noThrow();
}

/** More than once, as a process that is just being made does not yet carry the mark. */
async function killUntil(done: AbortSignal, mark: string): Promise<void> {
  while (!done.aborted) {
    await killTree(mark, null);
    await pauseFor(20, done);
  }
}

function ended({ signal, url, timeout_seconds }: GitRun): RepositoryError {
  const why = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError"
    ? `took longer than ${timeout_seconds} seconds`
    : "was stopped";
  return new RepositoryError(`Fetching ${url.href} ${why}`);
}
