import assert from "node:assert/strict";
import { claimOf, claimTask, finishTask } from "@/db/tasks/run.ts";
import * as pages from "@/server/pages.tsx";
import { flowAsked, linked, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { liveWorker, NOTHING_USED } from "@/tests/helpers/records.ts";
import { testServer } from "@/tests/helpers/server.ts";

Deno.test("a flow's story and sums, alone and in the list", async () => {
  await using s = await testServer();
  const { flow_id } = await planWaits(s.db);
  const list = await s.call("GET", "/api/flows?provider=github&status=waiting");
  assert.deepEqual(list.json.items.map((flow: { flow_id: string }) => flow.flow_id), [flow_id]);
  assert.deepEqual((await s.call("GET", "/api/flows?status=done")).json.items, []);
  assert.equal((await s.call("GET", "/api/flows?status=over")).status, 422);
  assert.equal((await s.call("GET", "/api/flows?cursor=x")).status, 422);

  const flow = (await s.call("GET", `/api/flows/${flow_id}`)).json;
  assert.deepEqual([flow.status, flow.waits_for, flow.tasks], ["waiting", "approval", 1]);
  assert.deepEqual([flow.cost_usd, flow.conversations[0].cost_usd], [0.25, 0.25]);
  assert.deepEqual(flow.timeline.map(({ kind }: { kind: string }) => kind), [
    "task",
    "task",
    "plan",
  ]);
  assert.equal((await s.call("GET", "/api/flows/nothing")).status, 404);
  const metrics = await s.call("GET", `/api/conversations/${flow.conversation_id}/metrics`);
  const { tasks, cost_usd, by_status } = metrics.json;
  assert.deepEqual([tasks, cost_usd, by_status], [1, 0.25, { completed: 1 }]);
});

Deno.test("a step that failed is tried again; twice is once", async () => {
  await using s = await testServer();
  const story = await flowAsked(s.db);
  await stepEnds(s.db, story, { status: "failed", error: "the model was away" });
  const path = `/api/flows/${story.flow_id}`;
  const stopped = (await s.call("GET", path)).json;
  assert.deepEqual([stopped.status, stopped.error], ["stopped", "the model was away"]);
  const retries = await Promise.all([
    s.call("POST", `${path}/retry`),
    s.call("POST", `${path}/retry`),
  ]);
  assert.deepEqual(retries.map(({ status }) => status).sort(), [202, 409]);
  assert.equal((await s.call("GET", path)).json.status, "running");
  const tasks = await s.db.sql`select from tasks where workflow_id = ${story.workflow_id}`;
  assert.equal(tasks.count, 2);
});

Deno.test("a flow that is stopped takes no approval any more, and cannot be stopped twice", async () => {
  await using s = await testServer();
  const { flow_id, approval: { approval_id } } = await planWaits(s.db);
  const stopped = await s.call("POST", `/api/flows/${flow_id}/stop`);
  assert.deepEqual([stopped.status, stopped.json.status], [202, "stopped"]);
  assert.equal((await s.call("POST", `/api/approvals/${approval_id}/approve`, {})).status, 409);
  assert.equal((await s.call("POST", `/api/flows/${flow_id}/stop`)).status, 409);
  assert.equal((await s.call("POST", `/api/flows/${flow_id}/retry`)).status, 409);
  assert.equal((await s.call("POST", "/api/flows/nothing/stop")).status, 404);
});

Deno.test("a step that waits for its turn is stopped with its flow", async () => {
  await using s = await testServer();
  const { flow_id } = await flowAsked(s.db);
  assert.equal((await s.call("POST", `/api/flows/${flow_id}/stop`)).json.status, "stopped");
  const [{ status }] = await s.db.sql`select status from tasks where flow_id = ${flow_id}`;
  assert.equal(status, "cancelled");
  assert.ok((await s.call("GET", `/api/flows/${flow_id}`)).json.ended_at);
});

Deno.test("a link is undone from either end, once", async () => {
  await using s = await testServer();
  const one = await flowAsked(s.db, { number: 1 });
  const other = await flowAsked(s.db, { number: 2 });
  await linked(s.db, one.flow_id, other.flow_id, "the branch names SHOP-1");
  const path = `/api/flows/${other.flow_id}/links/${one.flow_id}`;
  const undone = await s.call("DELETE", path);
  assert.deepEqual([undone.status, undone.json.linked], [200, []]);
  assert.equal((await s.call("DELETE", path)).status, 404);
});

Deno.test("a step is neither repeated by itself nor told anything", async () => {
  await using s = await testServer({ deps: { pages } });
  const { approval: { task_id } } = await planWaits(s.db);
  const path = `/api/tasks/${task_id}`;
  assert.equal((await s.call("POST", `${path}/retry`, {})).status, 409);
  assert.equal((await s.call("POST", `${path}/input`, { message: "and this" })).status, 409);
  const page = await s.call("GET", `/tasks/${task_id}`, undefined, {
    headers: { accept: "text/html" },
  });
  assert.match(page.text, /Mend the greeting/, "its result is there to read");
  assert.doesNotMatch(page.text, /Try again|\/retry/);
});

Deno.test("what looks like a secret is shown nowhere, in a plan or on the way to it", async () => {
  await using s = await testServer({ deps: { pages } });
  const secret = `ghp_${"a1B2".repeat(9)}`;
  const title = `Log in with ${secret}`;
  const asked = { prompt: title, hidden: [title] };
  const plan = { ...PLAN, title, background: title, steps: [title] };
  const { flow_id, approval: { approval_id } } = await planWaits(s.db, { title, asked }, plan);
  await s.call("POST", `/api/approvals/${approval_id}/reject`, { reason: title });
  const places = [`/flows/${flow_id}`, `/approvals/${approval_id}`, "/flows", "/approvals"];
  for (const path of [...places, ...places.map((path) => `/api${path}`)]) {
    const { status, text } = await s.call("GET", path);
    assert.equal(status, 200, path);
    assert.match(text, /Log in with/, path);
    assert.ok(!text.includes(secret), path);
  }
});

Deno.test("a flow is stopped by one call while a step runs, and ends with that step", async () => {
  await using s = await testServer();
  const story = await flowAsked(s.db);
  const worker_id = await liveWorker(s.db);
  const [{ task_id }] = await s.db.sql<{ task_id: string }[]>`
    select task_id from tasks where workflow_id = ${story.workflow_id}`;
  const task = await claimTask(s.db, { task_id, worker_id, machine_id: "m1" });
  const path = `/api/flows/${story.flow_id}`;
  assert.equal((await s.call("POST", `${path}/stop`)).status, 202);
  assert.equal((await s.call("GET", path)).json.status, "running");
  await finishTask(s.db, claimOf(task!), {
    status: "completed",
    output: null,
    error: null,
    usage: NOTHING_USED,
  });
  const flow = (await s.call("GET", path)).json;
  assert.equal(flow.status, "stopped");
  assert.match(flow.timeline.at(-1).text, /Given up by admin/);
});
