import { pathToFileURL } from "node:url";
import { gitEnvironment } from "@/workers/repository/environment.ts";
import { askGit, git, type GitAnswer, type GitRun } from "@/workers/repository/git.ts";
import { DISK_FULL, isFull, RepositoryError, type Stage } from "@/workers/repository/refusal.ts";
import { safeText } from "@/workers/workspace/safe_text.ts";

export interface LocalAccess {
  git_dir: string;
  /** The folder that a run worked in; a `.git` in it means nothing. */
  files?: string;
  stage: Stage;
  /** For a time-out, as `Committing`. */
  doing: string;
  timeout_seconds?: number;
  run_id?: string;
  signal?: AbortSignal;
  env?: Record<string, string>;
}

export interface LocalGit {
  (args: string[], input?: string): Promise<string>;
  /** Whatever its exit code. */
  ask(args: string[], input?: string): Promise<GitAnswer>;
  with(env: Record<string, string>): LocalGit;
}

const TIMEOUT_SECONDS = 300;
const MAX_BYTES = 2_000_000_000;

/** Commands that reach no host and run nothing of the repository's own. */
export function localGit(access: LocalAccess): LocalGit {
  const run = localRun(access);
  return Object.assign((args: string[], input?: string) => git(run, at(access, args), input), {
    ask: (args: string[], input?: string) => askGit(run, at(access, args), input),
    with: (env: Record<string, string>) => localGit({ ...access, env: { ...access.env, ...env } }),
  });
}

const at = ({ git_dir, files }: LocalAccess, args: string[]) => [
  `--git-dir=${git_dir}`,
  ...(files ? [`--work-tree=${files}`] : []),
  ...args,
];

function localRun(access: LocalAccess): GitRun {
  const { git_dir, files, stage, doing, timeout_seconds = TIMEOUT_SECONDS, run_id, env } = access;
  const url = pathToFileURL(git_dir);
  const refused = (stderr: string) =>
    isFull(stderr)
      ? new RepositoryError(DISK_FULL, stage, false)
      : new RepositoryError(`${doing} failed: ${safeText(lastComplaint(stderr))}`, stage);
  return {
    url,
    dest: files ?? git_dir,
    env: { ...gitEnvironment(url, { url: url.href, token: null }), ...env },
    secrets: [],
    run_id,
    max_bytes: MAX_BYTES,
    timeout_seconds,
    signal: AbortSignal.any([
      AbortSignal.timeout(timeout_seconds * 1000),
      ...(access.signal ? [access.signal] : []),
    ]),
    words: { doing, stage, refused },
  };
}

const lastComplaint = (stderr: string) =>
  stderr.split("\n").findLast((line) => /^(fatal|error):/.test(line)) ?? stderr.trim();
