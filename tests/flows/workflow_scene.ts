/** GitHub with a repository, and a machine that works on it, for the stories of workflows. */
import type { Workflow } from "@/db/nouns/workflow.ts";
import { workflowsOf } from "@/db/workflows.ts";
import { startSystem, type System, type SystemOptions } from "@/tests/flows/system.ts";
import { untilTrue } from "@/tests/helpers/until.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";
import { makeRepository } from "@/tests/workers/git_server.ts";

export const REPOSITORY = "Codertocat/Hello-World";
const COMMITS = `echo '# Hello' > README.md && git add -A && git commit -q -m first`;

export interface Workshop extends AsyncDisposable {
  s: System;
  /** Where the host keeps the repository. */
  git_dir: string;
  /** What git says of the repository at the host. */
  git(...args: string[]): Promise<string>;
  /** The newest workflow, once it fits. */
  workflow(fits: (workflow: Workflow) => boolean): Promise<Workflow>;
  /** A comment on the issue by somebody trusted. */
  say(body: string): Promise<void>;
  /** GitHub tells of what happened to the newest pull request, as if by a member. */
  tellOfPull(action: string, change?: Record<string, unknown>): Promise<void>;
}

export async function workshop(
  options: SystemOptions & { commits?: string } = {},
): Promise<Workshop> {
  const folder = await Deno.makeTempDir({ prefix: "repositories-" });
  await Deno.mkdir(`${folder}/Codertocat`);
  await makeRepository(folder, REPOSITORY, options.commits ?? COMMITS);
  const stack = new AsyncDisposableStack();
  const s = stack.use(await startSystem({ ...options, repositories: folder }));
  await s.startWorker({ env: { GITHUB_URL: s.github.url, ...options.worker?.env } });
  let comments = 492700400;
  const git_dir = `${folder}/${REPOSITORY}.git`;
  return {
    s,
    git_dir,
    async git(...args) {
      const { stdout } = await new Deno.Command("git", {
        args: [`--git-dir=${git_dir}`, ...args],
      })
        .output();
      return new TextDecoder().decode(stdout).trim();
    },
    workflow: (fits) => workflowWhen(s, fits),
    async say(body) {
      const answer = await s.deliver(saying(body, comments++));
      if (answer.status !== 200) throw new Error(answer.text);
    },
    async tellOfPull(action, change = {}) {
      const pull = s.github.shown(s.github.pulls.at(-1)!) as Record<string, unknown>;
      const { repository, sender } = commentOf("");
      const payload = { action, repository, sender, pull_request: { ...pull, ...change } };
      const answer = await s.deliver(payload, { event: "pull_request" });
      if (answer.status !== 200) throw new Error(answer.text);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Comments of one issue differ by their ids. */
const saying = (body: string, id: number) =>
  commentOf(body, (payload) => {
    payload.comment.id = id;
  });

async function workflowWhen(s: System, fits: (workflow: Workflow) => boolean): Promise<Workflow> {
  let found: Workflow | undefined;
  await untilTrue(async () => {
    const [flow] = await s.db.sql<{ flow_id: string }[]>`
      select flow_id from workflows order by workflow_id desc limit 1`;
    [found] = flow ? await workflowsOf(s.db, flow.flow_id) : [];
    return found !== undefined && fits(found);
  }).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(found)}`);
  });
  return found!;
}
