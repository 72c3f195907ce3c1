/** A host with one repository, a bare repository of it on this machine, and a worktree of that. */
import { join } from "node:path";
import { createRedactor } from "@/db/process/redact.ts";
import { makeRepository } from "@/server/demo/git_backend.ts";
import { startGitServer } from "@/server/demo/git_server.ts";
import { HELD } from "@/tests/helpers/secret_samples.ts";
import { checkCommit, type CheckRules } from "@/workers/workspace/check_commit.ts";
import { type CommitOptions, commitWorkspace, MAX_FILE_BYTES } from "@/workers/workspace/commit.ts";

export const TOKEN = "ghs_thisIsNotARealToken0123456789";

const FILES = `
  mkdir -p src .github/workflows && echo one > src/one.txt && echo two > two.txt
  echo '#!/bin/sh' > run.sh && chmod +x run.sh
  echo 'build/' > .gitignore && echo 'on: push' > .github/workflows/test.yml
  ln -s src/one.txt link && echo '*.bin filter=lfs' > .gitattributes
  printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:1\\nsize 1\\n' > big.bin
  git add -A && git commit -q -m first
`;

export type Scene = Awaited<ReturnType<typeof scene>>;

/** `script` makes the repository's first commits on the branch trunk. */
export async function scene(script = FILES) {
  const folder = await Deno.makeTempDir({ prefix: "agent-change-" });
  await makeRepository(folder, "mine", script);
  const server = startGitServer(folder, { token: TOKEN });
  const [bare, files] = [join(folder, "bare"), join(folder, "run", "work", "repository")];
  await Deno.mkdir(join(folder, "run", "work"), { recursive: true });
  const git = (...args: string[]) => run("git", ["-C", bare, ...args]);
  await run("git", ["init", "-q", "--bare", "--template=", bare]);
  const origin = `file://${folder}/mine.git`;
  await git("fetch", "-q", origin, "+refs/heads/*:refs/remotes/origin/*");
  await git(
    "-c",
    "core.symlinks=false",
    "worktree",
    "add",
    "-q",
    "--detach",
    files,
    "origin/trunk",
  );
  const head = (await git("rev-parse", "origin/trunk")).trim();
  const ws = { git_dir: join(bare, "worktrees", "repository"), files, head };
  const redactor = createRedactor([HELD.plain]);
  return {
    folder,
    server,
    bare,
    ws,
    git,
    sh: (command: string) => run("sh", ["-ec", command], files),
    access: { url: `${server.url}/mine.git`, token: TOKEN, timeout_seconds: 30 },
    fetch: () => git("fetch", "-q", origin, "+refs/heads/*:refs/remotes/origin/*"),
    commit: (changes: Partial<CommitOptions> = {}) =>
      commitWorkspace(ws, { ...COMMIT, ...changes }),
    /** All that it changes is planned, where `changes` does not say what is. */
    async check(commit: string, changes: Partial<CheckRules> = {}) {
      const names = await git("diff-tree", "-r", "-z", "--name-only", "--no-renames", head, commit);
      const planned_files = names.split("\0").filter(Boolean);
      return await checkCommit(ws, head, commit, { ...RULES, planned_files, redactor, ...changes });
    },
    tree: async (commit: string) => (await git("ls-tree", "-r", commit)).trim().split("\n"),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

export const COMMIT: CommitOptions = {
  task_id: "0198-task",
  message: "Say three",
  author: { name: "the-agent", email: "agent@example.org" },
  co_author: null,
  signing_key: null,
};

const RULES: Omit<CheckRules, "redactor" | "planned_files"> = {
  outside_plan: [],
  allowed_ci_files: [],
  max_file_bytes: MAX_FILE_BYTES,
};

/** What it printed. Throws what it said when it failed. */
export async function run(command: string, args: string[], cwd?: string): Promise<string> {
  const env = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "someone",
    GIT_AUTHOR_EMAIL: "someone@example.com",
    GIT_COMMITTER_NAME: "someone",
    GIT_COMMITTER_EMAIL: "someone@example.com",
  };
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd, env }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
