import assert from "node:assert/strict";
import { createApiToken, type Role } from "@/db/sessions.ts";
import { planWaits } from "@/tests/helpers/flow_story.ts";
import { askMcp, callTool } from "@/tests/helpers/mcp.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";

const tokenOf = async ({ db }: TestServer, name: string, role: Role) =>
  (await createApiToken(db, { name, role, created_by: "admin" })).token;

Deno.test("a client finds the plans that wait, and its person's yes lets the work begin", async () => {
  await using s = await testServer();
  const { approval: { approval_id, plan_hash }, workflow_id } = await planWaits(s.db);
  const begun = await askMcp(s, "initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "a client", version: "1" },
  });
  assert.equal(begun.json.result.serverInfo.name, "claude-code-agent");
  const token = await tokenOf(s, "ann", "operator");
  const listed = await callTool(s, "list_approvals", {}, token);
  assert.deepEqual(
    listed.value.items.map((item: { approval_id: string }) => item.approval_id),
    [approval_id],
  );
  const read = await callTool(s, "get_approval", { approval_id }, token);
  assert.deepEqual([read.value.plan_hash, JSON.parse(read.text).status], [plan_hash, "pending"]);
  assert.match(read.value.asked.prompt, /^Fix this/);

  const yes = { approval_id, plan_hash, note: "mind the tests" };
  const approved = await callTool(s, "approve_plan", yes, token);
  const { status, decided_by, decided_via, note } = approved.value;
  assert.deepEqual([status, decided_by, decided_via, note], [
    "approved",
    "ann",
    "mcp",
    "mind the tests",
  ]);
  const executors = await s.db.sql`
    select from tasks where workflow_id = ${workflow_id} and step = 'executor'`;
  assert.equal(executors.count, 1);
  const [entry] = await s.db.sql`
    select actor, action from audit where subject = ${approval_id}`;
  assert.deepEqual(entry, { actor: "ann", action: "approval.approve" });

  const again = await callTool(s, "approve_plan", yes, token);
  assert.deepEqual([again.is_refused, again.text], [
    true,
    "This plan has been approved by ann.",
  ]);
});

Deno.test("a no and a wish are said as elsewhere, and only to the plan that was read", async () => {
  await using s = await testServer();
  const { approval: { approval_id, plan_hash } } = await planWaits(s.db);
  const other = { approval_id, plan_hash: "0".repeat(64), reason: "no" };
  const refused = await callTool(s, "reject_plan", other);
  assert.deepEqual([refused.is_refused, /not the one that you read/.test(refused.text)], [
    true,
    true,
  ]);
  const unread = await callTool(s, "reject_plan", { approval_id });
  assert.match(unread.text, /plan_hash/, "no decision without the hash");
  const wish = { approval_id, plan_hash, request: "without a new file" };
  assert.equal((await callTool(s, "send_plan_back", wish)).value.status, "sent_back");

  const next = (await planWaits(s.db, { number: 43 })).approval;
  const no = { approval_id: next.approval_id, plan_hash: next.plan_hash, reason: "too big" };
  assert.equal((await callTool(s, "reject_plan", no)).value.status, "rejected");
});

Deno.test("a viewer is offered what reads, and nothing else does it", async () => {
  await using s = await testServer();
  const { approval: { approval_id, plan_hash } } = await planWaits(s.db);
  const token = await tokenOf(s, "vic", "viewer");
  const { json } = await askMcp(s, "tools/list", {}, { token });
  const offered = json.result.tools as { name: string; annotations: { readOnlyHint: boolean } }[];
  assert.ok(offered.some(({ name }) => name === "get_approval"));
  assert.ok(offered.every(({ annotations }) => annotations.readOnlyHint));
  const params = { name: "approve_plan", arguments: { approval_id, plan_hash } };
  const tried = await askMcp(s, "tools/call", params, { token });
  assert.match(JSON.stringify(tried.json), /approve_plan/);
  const [{ status }] = await s.db.sql`select status from approvals`;
  assert.equal(status, "pending");
});

Deno.test("only a bearer token opens it, and no page of others", async () => {
  await using s = await testServer();
  assert.equal((await askMcp(s, "tools/list", {}, { token: "wrong" })).status, 401);
  const elsewhere = { headers: { origin: "https://elsewhere.example" } };
  assert.equal((await askMcp(s, "tools/list", {}, elsewhere)).status, 403);
  const got = await s.call("GET", "/mcp");
  assert.equal(got.status, 405, "nothing is said unasked");
  const listen = await askMcp(s, "no/such/method");
  assert.equal(listen.json.error.code, -32601);
});
