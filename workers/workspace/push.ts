import { removeTree } from "@/workers/claude/folders.ts";
import { gitEnvironment, originOf, secretsOf } from "@/workers/repository/environment.ts";
import { git, type GitRun } from "@/workers/repository/git.ts";
import { localGit } from "@/workers/workspace/local_git.ts";
import { forgetCommit } from "@/workers/workspace/make_commit.ts";
import { branchGone, foreignBranch, pushRefusal } from "@/workers/workspace/push_refusal.ts";

export interface PushAccess {
  /** As of a fetch. */
  url: string;
  token: string | null;
  login?: string;
  allow_file?: boolean;
  timeout_seconds?: number;
  run_id?: string;
  signal?: AbortSignal;
}

interface PushRequest {
  commit: string;
  branch: string;
  /** Where the branch was when the work began; null: there was none. */
  expected_head: string | null;
}

const TIMEOUT_SECONDS = 300;
const MAX_BYTES = 2_000_000_000;

/** Without force, and only on what we know. Throws RepositoryError of the stage "push". */
export async function pushCommit(
  bare: string,
  access: PushAccess,
  { commit, branch, expected_head }: PushRequest,
): Promise<{ pushed: boolean }> {
  const { run, url } = pushRun(access, branch, bare);
  const head = await headOf(run, url, branch);
  const pushed = head !== commit;
  if (pushed) {
    if (head === null && expected_head !== null) throw branchGone(url, branch);
    if (head !== expected_head) throw foreignBranch(url, branch);
    await git(run, push(url, `${commit}:refs/heads/${branch}`)).catch(async (error) => {
      // The git of a worker that was killed may have been there first, with the same commit.
      if (await headOf(run, url, branch).catch(() => null) !== commit) throw error;
    });
  }
  await forgetCommit(localGit({ git_dir: bare, stage: "push", doing: "Pushing" }), { commit });
  return { pushed };
}

/** The commit that a branch is at; null: there is no such branch. Throws RepositoryError. */
export async function remoteHead(access: PushAccess, branch: string): Promise<string | null> {
  const { run, url } = pushRun(access, branch, "/");
  return await headOf(run, url, branch);
}

/** Only while it is where we left it; one that is gone already is fine. Throws RepositoryError. */
export async function deleteBranch(
  access: PushAccess,
  branch: string,
  expected_head: string,
): Promise<void> {
  const head = await remoteHead(access, branch);
  if (head === null) return;
  // git pushes from a repository only, and this may be a machine that has none of it.
  const bare = await Deno.makeTempDir({ prefix: "agent-delete-branch-" });
  try {
    const { run, url } = pushRun(access, branch, bare);
    if (head !== expected_head) throw foreignBranch(url, branch, "it stays");
    await git(run, ["init", "--quiet", "--bare", "--template="]);
    const lease = `--force-with-lease=refs/heads/${branch}:${expected_head}`;
    await git(run, push(url, `:refs/heads/${branch}`, lease));
  } finally {
    await removeTree(bare);
  }
}

const QUIET = ["--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
const push = (
  { href }: URL,
  refspec: string,
  ...options: string[]
) => ["push", ...QUIET, ...options, "--", href, refspec];

function pushRun(access: PushAccess, branch: string, dest: string): { run: GitRun; url: URL } {
  const url = originOf(access);
  const { timeout_seconds = TIMEOUT_SECONDS, run_id, signal } = access;
  const target = { url, branch, secrets: secretsOf(access) };
  const doing = `Pushing to ${url.href}`;
  const run: GitRun = {
    url,
    dest,
    env: gitEnvironment(url, access),
    secrets: target.secrets,
    run_id,
    max_bytes: MAX_BYTES,
    timeout_seconds,
    signal: AbortSignal.any([
      AbortSignal.timeout(timeout_seconds * 1000),
      ...(signal ? [signal] : []),
    ]),
    words: { doing, stage: "push", refused: (stderr) => pushRefusal(target, stderr) },
  };
  return { run, url };
}

async function headOf(run: GitRun, { href }: URL, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const listed = await git(run, ["ls-remote", "--heads", "--", href, ref]);
  const line = listed.split("\n").find((line) => line.endsWith(`\t${ref}`));
  return line?.split("\t")[0] ?? null;
}
