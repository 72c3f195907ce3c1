/** Many pieces of work beside each other at one system, each with a plan that waits for a yes. */
import assert from "node:assert/strict";
import type { Sql } from "@/db/client.ts";
import { flowIdOf } from "@/db/flows.ts";
import { newId } from "@/db/ids.ts";
import type { Plan } from "@/db/nouns/plan.ts";
import type { WorkflowPart } from "@/db/nouns/step.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { startStep } from "@/db/workflows/start_step.ts";
import { startSystem, type System, type SystemOptions } from "@/tests/flows/system.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { untilTrue } from "@/tests/helpers/until.ts";
import { makeRepository } from "@/tests/workers/git_server.ts";

export const OWNER = "yard";

export interface WorkWish {
  /** By it the scripted model knows what to do; the issue's number tells its comments. */
  name: string;
  number: number;
  /** Below OWNER. */
  repository: string;
  base?: string;
  steps?: WorkflowPart[];
  plan?: Partial<Plan>;
}

export interface Work {
  name: string;
  number: number;
  flow_id: string;
  workflow_id: string;
}

export interface Yard extends AsyncDisposable {
  s: System;
  folder: string;
  /** What git says of a repository at the host. */
  git(repository: string, ...args: string[]): Promise<string>;
  planned(wish: WorkWish): Promise<Work & { approval_id: string }>;
  /** The same, but its plan is yet to be written. */
  asked(wish: WorkWish): Promise<Work>;
  approve(work: { approval_id: string }): Promise<void>;
  until(work: Work, fits: (workflow: Workflow) => boolean): Promise<Workflow>;
  /** The step at which it stopped and why, which the flow and the comment have to say as well. */
  failure(work: Work): Promise<{ step: string; error: string }>;
  /** Tries the failed step again, or gives the work up. */
  decide(work: Work, way: "retry" | "stop"): Promise<void>;
}

export const caseIn = (prompt: string): string => /case: (\S+)/.exec(prompt)?.[1] ?? "";

/** A dozen runs of the CLI wait for their turn here. */
const PATIENCE_MS = 180_000;
const STEPS: WorkflowPart[] = ["planning", "approval", "executor"];

/** Starts a system with a worker, and a host with repositories by the scripts that commit. */
export async function yard(
  repositories: Record<string, string>,
  options: SystemOptions = {},
): Promise<Yard> {
  const folder = await Deno.makeTempDir({ prefix: "yard-" });
  await Deno.mkdir(`${folder}/${OWNER}`);
  for (const [name, script] of Object.entries(repositories)) {
    await makeRepository(folder, `${OWNER}/${name}`, script);
  }
  const stack = new AsyncDisposableStack();
  const s = stack.use(await startSystem({ ...options, repositories: folder }));
  await s.startWorker({
    env: { GITHUB_URL: s.github.url, MAX_CONCURRENT_TASKS: "3", ...options.worker?.env },
  });
  const until: Yard["until"] = async ({ workflow_id }, fits) => {
    let found: Workflow | null = null;
    await untilTrue(async () => {
      found = await getWorkflow(s.db, workflow_id);
      return found !== null && fits(found);
    }, PATIENCE_MS).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(found)}`);
    });
    return found!;
  };
  return {
    s,
    folder,
    git: (repository, ...args) => gitIn(`${folder}/${OWNER}/${repository}.git`, args),
    asked: (wish) => s.db.sql.begin((tx) => asked(tx, wish)),
    planned: (wish) => s.db.sql.begin((tx) => planned(tx, wish)),
    until,
    async approve({ approval_id }) {
      const answer = await s.call("POST", `/api/approvals/${approval_id}/approve`, {});
      assert.equal(answer.status, 200, answer.text);
    },
    async failure(work) {
      const { failed_step, error } = await until(work, ({ status }) => status === "failed");
      const flow = (await s.call("GET", `/api/flows/${work.flow_id}`)).json;
      assert.deepEqual([flow.status, flow.error], ["stopped", error]);
      await s.github.until(() => said(s, work).some((body) => tells(body, failed_step!, error!)));
      return { step: failed_step!, error: error! };
    },
    async decide({ flow_id }, way) {
      const answer = await s.call("POST", `/api/flows/${flow_id}/${way}`);
      assert.equal(answer.status, 202, answer.text);
    },
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The comments on its issue. */
export const said = ({ github }: System, { number }: Work): string[] =>
  github.comments.filter((comment) => comment.number === number).map(({ body }) => body);

/** Words may be broken up at the source, so that they ask for nothing there. */
const tells = (body: string, step: string, error: string): boolean =>
  body.includes(`Stopped at the step \`${step}\``) && body.includes(error.slice(0, 40));

async function gitIn(git_dir: string, args: string[]): Promise<string> {
  const env = { GIT_AUTHOR_NAME: "x", GIT_AUTHOR_EMAIL: "x@example.com" };
  const { stdout, stderr, success } = await new Deno.Command("git", {
    args: [`--git-dir=${git_dir}`, ...args],
    env: { ...env, GIT_COMMITTER_NAME: "x", GIT_COMMITTER_EMAIL: "x@example.com" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** As a delivery leaves it. */
async function asked(tx: Sql, wish: WorkWish): Promise<Work> {
  const { name, number, repository: short, base: branch = null, steps = STEPS } = wish;
  const [workflow_id, conversation_id, full_name] = [newId(), newId(), `${OWNER}/${short}`];
  const flow_id = flowIdOf("github", "test", full_name, String(number));
  const asked = askedFor(name, full_name, number);
  const repository = { provider: "github", name: full_name, branch };
  await tx`
    insert into flows (flow_id, provider, external_id, title, conversation_id)
    values (${flow_id}, 'github', ${`${full_name}#${number}`}, ${name}, ${conversation_id})`;
  await tx`
    insert into conversations (conversation_id, title, source, flow_id)
    values (${conversation_id}, ${name}, 'webhook', ${flow_id})`;
  await tx`
    insert into workflows (workflow_id, flow_id, conversation_id, command, steps, asked, asked_by,
      repository, rules)
    values (${workflow_id}, ${flow_id}, ${conversation_id}, 'fix', ${steps},
      ${tx.json(asked)}, 'github:1', ${tx.json(repository)}, '{}')`;
  await startStep(tx, (await getWorkflow({ sql: tx }, workflow_id))!, "planning");
  return { name, number, flow_id, workflow_id };
}

/** As a planning step leaves it, which nobody ran. */
async function planned(tx: Sql, wish: WorkWish) {
  const work = await asked(tx, wish);
  const { workflow_id } = work;
  await tx`update tasks set status = 'completed', completed_at = now()
    where workflow_id = ${workflow_id}`;
  const ended = { kind: "step_ended", step: "planning", status: "completed" } as const;
  const result = { ...PLAN, title: wish.name, ...wish.plan };
  await advance(tx, workflow_id, { ...ended, result });
  const [{ approval_id }] = await tx<{ approval_id: string }[]>`
    select approval_id from approvals where workflow_id = ${workflow_id}`;
  return { ...work, approval_id };
}

const askedFor = (name: string, repository: string, number: number) => ({
  prompt: `case: ${name}\n`,
  title: name,
  url: null,
  number: String(number),
  by: { provider: "github", id: "1", name: "anna", email: null },
  trust: "trusted",
  source_metadata: {
    provider: "github",
    reply_to: {
      repository,
      number,
      is_pull_request: false,
      on: "issue",
      comment_id: null,
      thread_comment_id: null,
    },
  },
});
