import { z } from "zod";
import { removeTree } from "@/workers/claude/folders.ts";
import { gitEnvironment, originOf, secretsOf } from "@/workers/repository/environment.ts";
import { git, type GitRun } from "@/workers/repository/git.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";

export { RepositoryError } from "@/workers/repository/refusal.ts";

export interface RepositoryRequest {
  /** `https:`, or `http:` on loopback. Without credentials. */
  url: string;
  /** Below `refs/`, as `pull/7/head`; null: the default branch. */
  ref: string | null;
  token: string | null;
  login?: string;
  dest: string;
  timeout_seconds: number;
  /** Of the fetched pack, and of the files together. */
  max_bytes?: number;
  /** Begins the AGENT_RUN_ID of git, so that a later worker can tell whose it is. */
  run_id?: string;
  signal?: AbortSignal;
  allow_file?: boolean;
}

const DEFAULT_MAX_BYTES = 1_000_000_000;
const treeLine = z.string().regex(/^\d+ blob [0-9a-f]+ +\d+\t/);

/** Without tags, submodules, LFS, hooks, symlinks. Throws RepositoryError; then `dest` is gone. */
export async function checkoutRepository(
  request: RepositoryRequest,
): Promise<{ commit: string; ref: string }> {
  const url = originOf(request);
  const run: GitRun = {
    url,
    dest: request.dest,
    env: gitEnvironment(url, request),
    run_id: request.run_id,
    secrets: secretsOf(request),
    max_bytes: request.max_bytes ?? DEFAULT_MAX_BYTES,
    timeout_seconds: request.timeout_seconds,
    signal: AbortSignal.any([
      AbortSignal.timeout(request.timeout_seconds * 1000),
      ...(request.signal ? [request.signal] : []),
    ]),
  };
  try {
    await removeTree(request.dest);
    return await fetchCommit(run, request.ref);
  } catch (error) {
    await removeTree(request.dest);
    throw error;
  }
}

async function fetchCommit(run: GitRun, wanted: RepositoryRequest["ref"]) {
  await Deno.mkdir(run.dest, { recursive: true });
  await git(run, ["init", "--quiet", "--template="]);
  await git(run, ["remote", "add", "origin", run.url.href]);
  const ref = wanted ?? await defaultBranch(run);
  const full = wanted === null ? `refs/heads/${ref}` : `refs/${ref}`;
  await git(run, ["fetch", "--quiet", "--depth=1", "--no-tags", "origin", full]);
  await refuseLargeTree(run);
  await git(run, ["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
  const commit = (await git(run, ["rev-parse", "HEAD"])).trim();
  await changeMode(run.dest, "a+rX,a-w");
  return { commit, ref };
}

async function defaultBranch(run: GitRun): Promise<string> {
  const said = await git(run, ["ls-remote", "--symref", "origin", "HEAD"]);
  const branch = said.match(/^ref: refs\/heads\/(\S+)\tHEAD$/m)?.[1];
  if (!branch) throw new RepositoryError(`The repository ${run.url.href} is empty`);
  return branch;
}

/** A small pack may hold huge files. */
async function refuseLargeTree(run: GitRun): Promise<void> {
  const listed = await git(run, ["ls-tree", "-r", "-z", "--long", "FETCH_HEAD"]);
  const files = listed.split("\0").filter((line) => treeLine.safeParse(line).success);
  const bytes = files.reduce((sum, line) => sum + Number(line.split(/ +|\t/)[3]), 0);
  if (bytes <= run.max_bytes) return;
  throw new RepositoryError(
    `The files of ${run.url.href} are too large: ${bytes} bytes, at most ${run.max_bytes} are taken`,
  );
}

async function changeMode(path: string, mode: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("chmod", {
    args: ["-R", mode, "--", path],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new RepositoryError(new TextDecoder().decode(stderr).trim());
}
