/** What a host would refuse at the end is said before anything costs money. */
import assert from "node:assert/strict";
import { listRepositories } from "@/db/repositories.ts";
import { REPOSITORY, workshop } from "@/tests/flows/workflow_scene.ts";
import { untilTrue } from "@/tests/helpers/until.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";

Deno.test("an archived repository stops a fix before it is planned, until it is none", async () => {
  await using w = await workshop();
  const { s } = w;
  s.github.repository.archived = true;
  await w.say("@agent fix the greeting");
  const stopped = await w.workflow(({ status }) => status === "failed");
  assert.equal(stopped.failed_step, "planning");
  assert.match(stopped.error!, /^A change would be refused at github:Codertocat\/Hello-World: /);
  assert.match(stopped.error!, /we cannot push branches, since the repository is archived/);
  const costs = await s.db.sql`select step, cost_usd from tasks where step = 'planning'`;
  assert.equal(Number(costs[0].cost_usd), 0);
  await s.github.until(() => s.github.comments.some(({ body }) => /is archived/.test(body)));
  const [seen] = await listRepositories(s.db);
  assert.deepEqual([seen.provider, seen.name, seen.preflight?.archived], [
    "github",
    REPOSITORY,
    true,
  ]);

  s.github.repository.archived = false;
  const again = await s.call("POST", `/api/flows/${stopped.flow_id}/retry`);
  assert.equal(again.status, 202, again.text);
  await w.workflow(({ waits_for }) => waits_for === "approval");
  assert.deepEqual((await listRepositories(s.db))[0].preflight?.cannot, []);
});

Deno.test("an approved plan that names workflow files needs a token that may change them", async () => {
  const plan = { files_affected: [{ path: ".github/workflows/test.yml", change: "Run it" }] };
  await using w = await workshop({ steps: { planning: () => [planOf(plan)] } });
  const { s } = w;
  await w.say("@agent fix the checks");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  s.github.repository.scopes = ["repo"];
  await s.db.sql`update repositories set looked_at = now() - interval '2 days'`;
  await w.say("LGTM");
  const stopped = await w.workflow(({ status }) => status === "failed");
  assert.match(stopped.error!, /change files in \.github\/workflows.*needs the scope workflow/);
  assert.equal(stopped.failed_step, "executor");
});

Deno.test("a repository is looked at when a task first reads it, and not by each", async () => {
  await using w = await workshop();
  const { s } = w;
  const looks = () => s.github.calls.filter(({ path }) => path.endsWith("/rules/branches/trunk"));
  for (const words of ["@agent analyze this", "@agent analyze that"]) {
    const { json } = await s.deliver(commentOf(words, (payload) => {
      payload.comment.id = words.length + 492700500;
      payload.comment.body = words;
    }));
    await s.ended(json.task_ids[0]);
  }
  await untilTrue(() => looks().length > 0);
  await untilTrue(async () => (await listRepositories(s.db))[0].looked_at !== null);
  assert.equal(looks().length, 1);
});

Deno.test("a host that cannot be asked stops nothing", async () => {
  await using w = await workshop();
  const { s } = w;
  const busy = () => Response.json({ message: "Server Error" }, { status: 502 });
  s.github.failNext("GET", /^\/repos\/[^/]+\/[^/]+$/, ...Array.from({ length: 20 }, () => busy));
  await w.say("@agent fix the greeting");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  assert.match((await listRepositories(s.db))[0].preflight_error!, /502/);
});

const planOf = (change: Record<string, unknown>) => ({
  tools: [{
    name: "StructuredOutput",
    input: {
      title: "Run the checks",
      background: "They do not run.",
      done: "Looked.",
      root_cause: "",
      affected_components: [],
      risk_level: "low",
      files_affected: [],
      steps: ["Run them"],
      tests: [],
      left_out: [],
      ...change,
    },
  }],
});
