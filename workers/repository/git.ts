import $ from "dax";
import { pauseFor } from "@/db/process/pause.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import { refusal, RepositoryError, type Stage } from "@/workers/repository/refusal.ts";

export interface GitRun {
  url: URL;
  dest: string;
  env: Record<string, string | undefined>;
  secrets: string[];
  run_id?: string;
  max_bytes: number;
  timeout_seconds: number;
  signal: AbortSignal;
  /** What is said of anything but a fetch. */
  words?: GitWords;
}

export interface GitWords {
  /** For a time-out, as `Committing`. */
  doing: string;
  stage: Stage;
  refused(stderr: string): RepositoryError;
}

export interface GitAnswer {
  code: number;
  stdout: string;
  stdoutBytes: Uint8Array;
  stderr: string;
}

const BLOCK_BYTES = 512;
/** The kernel stops git at the first file that grows too large. */
const LIMITED = 'ulimit -f "$1" && shift && exec git "$@"';

/** What it printed. Throws RepositoryError. */
export async function git(run: GitRun, args: string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await askGit(run, args, input);
  if (code === 0) return stdout;
  throw run.words?.refused(stderr) ?? refusal(run.url, stderr, run.secrets);
}

/** Whatever its exit code. Killed by a mark: dax's time-out waits for grandchildren. */
export async function askGit(run: GitRun, args: string[], input?: string): Promise<GitAnswer> {
  if (run.signal.aborted) throw endedEarly(run);
  const mark = `${run.run_id ?? "no-run"}.git-${crypto.randomUUID()}`;
  const running = new AbortController();
  const kill = () => void killUntil(running.signal, mark);
  run.signal.addEventListener("abort", kill, { once: true });
  try {
    const answer = await started(run, args, mark, input);
    if (run.signal.aborted) throw endedEarly(run);
    return answer;
  } finally {
    run.signal.removeEventListener("abort", kill);
    running.abort();
  }
}

function started({ dest, env, max_bytes }: GitRun, args: string[], mark: string, input?: string) {
  const blocks = Math.ceil(max_bytes / BLOCK_BYTES);
  // By its path: dax gives up on a PATH that has a folder it may not read.
  const command = $`/bin/sh -c ${LIMITED} sh ${blocks} -C ${dest} ${args}`
    .env({ ...env, AGENT_RUN_ID: mark })
    .stdout("piped").stderr("piped").noThrow();
  return input === undefined ? command.stdin("null") : command.stdinText(input);
}

/** More than once, as a process that is just being made does not yet carry the mark. */
async function killUntil(done: AbortSignal, mark: string): Promise<void> {
  while (!done.aborted) {
    await killTree(mark, null);
    await pauseFor(20, done);
  }
}

export function endedEarly({ signal, url, words, timeout_seconds }: GitRun): RepositoryError {
  const why = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError"
    ? `took longer than ${timeout_seconds} seconds`
    : "was stopped";
  return new RepositoryError(
    `${words?.doing ?? `Fetching ${url.href}`} ${why}`,
    words?.stage,
    false,
  );
}
