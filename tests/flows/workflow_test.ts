/** A ticket becomes a plan, and nothing is changed before somebody says yes to it. */
import assert from "node:assert/strict";
import { workflowsOf } from "@/db/workflows.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { listApprovals } from "@/db/approvals.ts";
import { startSystem, type System } from "@/tests/flows/system.ts";
import { untilTrue } from "@/tests/helpers/until.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";
import { makeRepository, serveRepositories } from "@/tests/workers/git_server.ts";

const TOKEN = "ghs_thisIsNotARealToken0123456789";
const REPOSITORY = "Codertocat/Hello-World";
const COMMITS = `echo '# Hello' > README.md && git add -A && git commit -q -m first`;

async function withRepository() {
  const folder = await Deno.makeTempDir({ prefix: "repositories-" });
  await Deno.mkdir(`${folder}/Codertocat`);
  await makeRepository(folder, REPOSITORY, COMMITS);
  const stack = new AsyncDisposableStack();
  const git = stack.use(serveRepositories(folder, TOKEN));
  const s = stack.use(
    await startSystem({ worker: { env: { GITHUB_URL: git.url, GITHUB_TOKEN: TOKEN } } }),
  );
  await s.startWorker();
  return { s, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function workflowWhen(s: System, fits: (workflow: Workflow) => boolean): Promise<Workflow> {
  let found: Workflow | undefined;
  await untilTrue(async () => {
    const [flow] = await s.db.sql<{ flow_id: string }[]>`select flow_id from flows limit 1`;
    [found] = flow ? await workflowsOf(s.db, flow.flow_id) : [];
    return found !== undefined && fits(found);
  }).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(found)}`);
  });
  return found!;
}

/** Comments of one thing differ by their ids. */
const saying = (body: string, id: number) =>
  commentOf(body, (payload) => {
    payload.comment.id = id;
  });

Deno.test("a fix is planned, and a comment that rejects the plan ends it", async () => {
  await using t = await withRepository();
  const { s } = t;
  const asked = await s.deliver(saying("@agent fix the greeting", 1));
  assert.equal(asked.json.outcome, "accepted", asked.text);
  const waiting = await workflowWhen(s, ({ waits_for }) => waits_for === "approval");
  assert.deepEqual([waiting.class, waiting.plan?.files_affected[0].path], ["change", "README.md"]);
  const steps = await s.db.sql`select step, status, tool_profile from tasks order by task_id`;
  assert.deepEqual(steps.map(({ step, status }) => `${step} ${status}`), [
    "brain completed",
    "planning completed",
  ]);
  await s.github.until(() => s.github.comments.length === 1);
  assert.match(s.github.comments[0].body, /Files affected[\s\S]*README\.md[\s\S]*approve/);

  await s.deliver(saying("@agent reject it is not wanted", 2));
  const ended = await workflowWhen(s, ({ status }) => status === "stopped");
  assert.match(ended.end_text!, /rejected by Codertocat: it is not wanted/);
  const { items: [approval] } = await listApprovals(s.db, {}, { limit: 10 });
  assert.deepEqual([approval.status, approval.decided_via], ["rejected", "github comment"]);
  await s.github.until(() => /Rejected/.test(s.github.comments[0].body));
  assert.equal((await s.db.sql`select from tasks`).length, 2, "nothing ran");
});
