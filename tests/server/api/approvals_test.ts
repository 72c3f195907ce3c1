import assert from "node:assert/strict";
import { expireApprovals } from "@/db/approvals/close.ts";
import { createApiToken } from "@/db/sessions.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { planWaits } from "@/tests/helpers/flow_story.ts";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { named, readSse } from "@/tests/helpers/sse.ts";

const tokenOf = async ({ db }: TestServer, name: string, role: "viewer" | "operator") =>
  (await createApiToken(db, { name, role, created_by: "admin" })).token;

const post = (s: TestServer, id: string, way: string, body: unknown = {}, token?: string) =>
  s.call("POST", `/api/approvals/${id}/${way}`, body, token ? { token } : {});

const waiting = async (s: TestServer, wish: Parameters<typeof planWaits>[1] = {}) =>
  await planWaits(s.db, wish);

Deno.test("a yes with a note lets the executor begin, in the same commit, and once", async () => {
  await using s = await testServer();
  const { approval, workflow_id, flow_id } = await waiting(s);
  const { approval_id, plan_hash } = approval;
  const listed = await s.call("GET", `/api/approvals?status=pending&flow_id=${flow_id}`);
  assert.deepEqual(listed.json.items[0].plan_hash, plan_hash);

  const answer = await post(s, approval_id, "approve", { note: "mind the tests", plan_hash });
  assert.equal(answer.status, 200);
  const { status, decided_by, decided_via, note } = answer.json;
  assert.deepEqual([status, decided_by, decided_via, note], [
    "approved",
    "admin",
    "api",
    "mind the tests",
  ]);
  const tasks = await s.db.sql`
    select status, tool_profile, profile_raised_by from tasks
    where workflow_id = ${workflow_id} and step = 'executor'`;
  assert.deepEqual([...tasks], [
    { status: "queued", tool_profile: "full", profile_raised_by: "admin" },
  ]);
  const again = await post(s, approval_id, "approve");
  assert.deepEqual([again.status, again.json.detail], [
    409,
    "This plan has been approved by admin.",
  ]);
  assert.equal((await post(s, approval_id, "reject", { reason: "no" })).status, 409);
});

Deno.test("two that decide at once: one wins, one hears 409", async () => {
  await using s = await testServer();
  const { approval: { approval_id }, workflow_id } = await waiting(s);
  const answers = await Promise.all([
    post(s, approval_id, "approve"),
    post(s, approval_id, "reject", { reason: "too big" }),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  const won = answers.find(({ status }) => status === 200)!.json.status;
  const executors = await s.db.sql`
    select from tasks where workflow_id = ${workflow_id} and step = 'executor'`;
  assert.equal(executors.count, won === "approved" ? 1 : 0);
});

Deno.test("a no ends the work with its reason", async () => {
  await using s = await testServer();
  const { approval: { approval_id }, flow_id } = await waiting(s);
  assert.equal((await post(s, approval_id, "reject", { reason: "too big" })).status, 200);
  const flow = (await s.call("GET", `/api/flows/${flow_id}`)).json;
  assert.equal(flow.status, "stopped");
  assert.match(flow.timeline.at(-1).text, /rejected by admin: too big/);
});

Deno.test("what is sent back is planned anew, with the wish and a new approval to come", async () => {
  await using s = await testServer();
  const { approval: { approval_id }, workflow_id } = await waiting(s);
  assert.equal((await post(s, approval_id, "send-back", { request: " " })).status, 422);
  const answer = await post(s, approval_id, "send-back", { request: "without a new file" });
  assert.equal(answer.json.status, "sent_back");
  const workflow = await getWorkflow(s.db, workflow_id);
  assert.deepEqual([workflow!.status, workflow!.note], ["running", "without a new file"]);
});

Deno.test("another plan than the one that was read, an old approval and an unknown one are refused", async () => {
  await using s = await testServer();
  const { approval: { approval_id }, workflow_id } = await waiting(s);
  const other = await post(s, approval_id, "approve", { plan_hash: "0".repeat(64) });
  assert.deepEqual([other.status, /not the one that you read/.test(other.json.detail)], [
    409,
    true,
  ]);
  await s.db.sql`update approvals set expires_at = now() - interval '1 second'`;
  const late = await post(s, approval_id, "approve");
  assert.deepEqual([late.status, late.json.detail], [409, "This approval has expired."]);
  assert.equal((await post(s, "nothing", "approve")).status, 404);
  assert.equal((await s.call("GET", "/api/approvals/nothing")).status, 404);
  assert.equal((await post(s, approval_id, "approve", { note: "x".repeat(4001) })).status, 422);
  assert.equal((await post(s, approval_id, "approve", { extra: 1 })).status, 422);
  const tasks = await s.db.sql`select from tasks where workflow_id = ${workflow_id}`;
  assert.equal(tasks.count, 1, "nothing but the planning step");
});

Deno.test("a viewer may read and not decide; who asked is barred where that is the rule", async () => {
  await using s = await testServer();
  const rules = { approve_own: false };
  const { approval: { approval_id } } = await waiting(s, { rules, asked_by: "dashboard:ann" });
  const viewer = await tokenOf(s, "vic", "viewer");
  assert.equal((await post(s, approval_id, "approve", {}, viewer)).status, 403);
  const path = `/api/approvals/${approval_id}`;
  assert.equal((await s.call("GET", path, undefined, { token: viewer })).status, 200);
  const own = await post(s, approval_id, "approve", {}, await tokenOf(s, "ann", "operator"));
  assert.deepEqual([own.status, /APPROVE_OWN/.test(own.json.detail)], [403, true]);
  const other = await post(s, approval_id, "approve", {}, await tokenOf(s, "bob", "operator"));
  assert.deepEqual([other.status, other.json.decided_by], [200, "bob"]);
});

Deno.test("where two have to approve, one person counts once, and the second lets it begin", async () => {
  await using s = await testServer();
  const { approval: { approval_id } } = await waiting(s, { rules: { approvals_needed: 2 } });
  const ann = await tokenOf(s, "ann", "operator");
  const first = await post(s, approval_id, "approve", {}, ann);
  assert.deepEqual([first.status, first.json.status], [200, "pending"]);
  assert.equal((await post(s, approval_id, "approve", {}, ann)).status, 409);
  const second = await post(s, approval_id, "approve");
  assert.deepEqual([second.status, second.json.status], [200, "approved"]);
});

Deno.test("whoever watches hears that a plan waits, and how it was decided", async () => {
  await using s = await testServer();
  await using reader = await readSse(`${s.url}/api/events`, { token: ADMIN_TOKEN });
  const { approval: { approval_id, task_id, flow_id } } = await waiting(s);
  const asked = await reader.until((events) => named(events, "approval.requested").length > 0);
  const [{ data }] = named(asked, "approval.requested");
  assert.deepEqual([data.task_id, data.approval_id, data.flow_id], [task_id, approval_id, flow_id]);
  await post(s, approval_id, "approve");
  const decided = await reader.until((events) => named(events, "approval.decided").length > 0);
  const { status, decided_by } = named(decided, "approval.decided")[0].data;
  assert.deepEqual([status, decided_by], ["approved", "admin"]);
});

Deno.test("whoever watches hears as well when nobody decides: too late, or the work has ended", async () => {
  await using s = await testServer();
  await using reader = await readSse(`${s.url}/api/events`, { token: ADMIN_TOKEN });
  const late = (await waiting(s)).approval;
  await s.db.sql`update approvals set expires_at = now() - interval '1 second'`;
  await expireApprovals(s.db);
  const { approval: { approval_id }, flow_id } = await waiting(s, { number: 8 });
  assert.equal((await s.call("POST", `/api/flows/${flow_id}/stop`)).status, 202);
  const told = await reader.until((events) => named(events, "approval.decided").length === 2);
  assert.deepEqual(
    named(told, "approval.decided").map(({ data }) => [data.approval_id, data.status]),
    [[late.approval_id, "expired"], [approval_id, "void"]],
  );
});
