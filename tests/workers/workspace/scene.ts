/** A repository on loopback as strangers would make it, and workspaces of it in a folder that goes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import {
  openWorkspace,
  RepositoryError,
  type Workspace,
  type WorkspaceRequest,
} from "@/workers/workspace.ts";
import { makeRepository, serveRepositories } from "@/tests/workers/git_server.ts";

export const TOKEN = "ghs_thisIsNotARealToken0123456789";
export const TASK = "01890000-0000-7000-8000-000000000001";

export const PLAIN = `
  echo one > file.txt && git add -A && git commit -q -m first
  git checkout -q -b change && echo three > file.txt && git commit -q -a -m change
  git update-ref refs/pull/7/head HEAD && git checkout -q trunk && git branch -q -D change
`;

export async function repositoryScene(script: string = PLAIN, token: string | null = TOKEN) {
  const folder = await Deno.makeTempDir({ prefix: "agent-repositories-" });
  await makeRepository(folder, "mine", script);
  const server = serveRepositories(folder, token);
  const data_dir = join(folder, "data");
  const request = (changes: Partial<WorkspaceRequest> = {}): WorkspaceRequest => ({
    url: `${server.url}/mine.git`,
    ref: null,
    token,
    data_dir,
    task_id: TASK,
    dest: join(folder, "checkout"),
    writable: false,
    timeout_seconds: 60,
    ...changes,
  });
  const close = async () => {
    await server[Symbol.asyncDispose]();
    await removeTree(folder);
  };
  return {
    server,
    folder,
    data_dir,
    dest: request().dest,
    request,
    open: (changes: Partial<WorkspaceRequest> = {}) => openWorkspace(request(changes)),
    /** Of the task with this number, in a folder of its own. */
    openOf: (task: number, changes: Partial<WorkspaceRequest> = {}) =>
      openWorkspace(request({
        task_id: TASK.replace(/1$/, String(task)),
        dest: join(folder, `run-${task}`, "work", "repository"),
        ...changes,
      })),
    /** In a clone of what is served, which is then pushed. */
    push: (commands: string) => shell(folder, PUSH.replace("COMMANDS", () => commands)),
    [Symbol.asyncDispose]: close,
  };
}

const PUSH = `set -e; rm -rf clone; git clone -q mine.git clone; cd clone; COMMANDS
  git push -q origin HEAD:trunk`;

export async function refused(request: WorkspaceRequest, expected: RegExp) {
  await assert.rejects(openWorkspace(request), (error) => {
    assert.ok(error instanceof RepositoryError, String(error));
    assert.match(error.message, expected);
    assert.ok(!error.message.includes(TOKEN) && !error.message.includes(btoa(TOKEN)));
    return true;
  });
  await assert.rejects(Deno.lstat(request.dest), Deno.errors.NotFound);
}

/** What it printed. Throws with what went wrong. */
export async function shell(cwd: string, script: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script],
    cwd,
    env: {
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.com",
    },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** As the worker's git sees it. */
export const inWorktree = ({ git_dir, files }: Workspace, command: string): Promise<string> =>
  shell(
    "/",
    `git -c safe.directory='*' -c core.symlinks=false --git-dir='${git_dir}' --work-tree='${files}' ${command}`,
  );

export const names = async (folder: string): Promise<string[]> =>
  (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();
