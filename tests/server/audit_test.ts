// Whoever changes something leaves a line in the audit log: tried with every call and every form
// that the server knows.
import assert from "node:assert/strict";
import { repositoryFor } from "@/db/repositories.ts";
import { createSignInLink } from "@/db/sessions.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { flowAsked, linked, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { testRun } from "@/tests/helpers/writer.ts";
import { filled, routesOf, things } from "@/tests/server/every_route.ts";

/** What changes nothing of ours. */
const EXCEPTIONS: Record<string, string> = {
  "POST /api/webhooks/:id/commands/dry-run": "says what a command would do, and does nothing",
  "POST /webhooks/:webhook_id/commands/dry-run": "the same as a form",
};

const command = {
  name: "tidy2",
  trigger: "issues.opened",
  action: "comment",
  template: "hello",
};
const FORM = { ...command, provider: "custom", priority: "10", run_for: "trusted", message: "hi" };

interface Tried {
  body?: Record<string, unknown>;
  /** Makes what the call needs, and returns what else goes into path and body. */
  prepare?: (s: TestServer) => Promise<Record<string, string>>;
}

const running = async (s: TestServer) => ({ task_id: (await testRun(s.db)).task.task_id });
const ended = async (s: TestServer) => {
  const { task_id } = (await s.call("POST", "/api/tasks", { prompt: "p" })).json;
  await stopTask(s.db, task_id, "somebody");
  return { task_id };
};
const link = async (s: TestServer) => {
  const { admin_token_mac } = s.config;
  return { token: await createSignInLink(s.db, { role: "admin", minutes: 15, admin_token_mac }) };
};

/** Each with an outside thing of its own. */
let number = 1000;
const waiting = async (s: TestServer) => {
  const { approval, flow_id } = await planWaits(s.db, { number: number++ });
  return { approval_id: approval.approval_id, flow_id };
};
const failed = async (s: TestServer) => {
  const story = await flowAsked(s.db, { number: number++ });
  await stepEnds(s.db, story, { status: "failed", error: "why" });
  return { flow_id: story.flow_id };
};
const linkedFlows = async (s: TestServer) => {
  const { flow_id } = await flowAsked(s.db, { number: number++ });
  const { flow_id: linked_flow_id } = await flowAsked(s.db, { number: number++ });
  await linked(s.db, flow_id, linked_flow_id, "it names it");
  return { flow_id, linked_flow_id };
};

const USED = "github:octo/hello";
const used = async ({ db }: TestServer) => {
  await repositoryFor(db, { provider: "github", name: "octo/hello" });
  return { repository: USED };
};

const CALLS: Record<string, Tried> = {
  "POST /api/tasks": { body: { prompt: "p" } },
  "POST /api/tasks/:task_id/stop": {},
  "POST /api/tasks/:task_id/retry": { prepare: ended },
  "POST /api/tasks/:task_id/input": { body: { message: "m" }, prepare: running },
  "POST /api/flows/:flow_id/retry": { prepare: failed },
  "POST /api/flows/:flow_id/stop": { prepare: waiting },
  "DELETE /api/flows/:flow_id/links/:linked_flow_id": { prepare: linkedFlows },
  "POST /api/approvals/:approval_id/approve": { prepare: waiting },
  "POST /api/approvals/:approval_id/reject": { prepare: waiting },
  "POST /api/approvals/:approval_id/send-back": { body: { request: "r" }, prepare: waiting },
  "POST /api/chat": { body: { message: "m" } },
  "POST /api/webhooks/events/:delivery_id/replay": {},
  "POST /api/webhooks": { body: { provider: "custom" } },
  "PUT /api/webhooks/:id": { body: { name: "n" } },
  "PUT /api/webhooks/static/:name": { body: { command_prefix: "@bot" } },
  "DELETE /api/webhooks/:id": {},
  "POST /api/webhooks/:id/enable": {},
  "POST /api/webhooks/:id/disable": {},
  "POST /api/webhooks/:id/self-test": {},
  "POST /api/webhooks/:id/secret": {},
  "POST /api/webhooks/:id/commands": { body: command },
  "PUT /api/webhooks/:id/commands/:cmd_id": { body: { template: "changed" } },
  "DELETE /api/webhooks/:id/commands/:cmd_id": {},
  "POST /api/webhooks/:id/commands/:cmd_id/enable": {},
  "POST /api/webhooks/:id/commands/:cmd_id/disable": {},
  "POST /api/repositories/look": { body: { repository: USED }, prepare: used },
  "PUT /api/repositories": { body: { repository: USED, lfs: true }, prepare: used },
  "POST /api/tokens": { body: { name: "n", role: "viewer" } },
  "DELETE /api/tokens/:token_id": {},
};

const FORMS: Record<string, Tried> = {
  "POST /sign-in": { body: { token: ADMIN_TOKEN } },
  "POST /sign-in/link": { prepare: link },
  "POST /sign-out": {},
  "POST /tasks/:task_id/stop": {},
  "POST /tasks/:task_id/retry": { prepare: ended },
  "POST /tasks/:task_id/input": { prepare: running },
  "POST /flows/:flow_id/retry": { prepare: failed },
  "POST /flows/:flow_id/stop": { prepare: waiting },
  "POST /flows/:flow_id/links/:linked_flow_id/undo": { prepare: linkedFlows },
  "POST /approvals/:approval_id/approve": { prepare: waiting },
  "POST /approvals/:approval_id/reject": { prepare: waiting },
  "POST /approvals/:approval_id/send-back": { body: { note: "r" }, prepare: waiting },
  "POST /chat": {},
  "POST /deliveries/:delivery_id/replay": {},
  "POST /repositories/settings/look": { prepare: used },
  "POST /repositories/settings/save": { prepare: used },
  "POST /webhooks": {},
  "POST /webhooks/:webhook_id/settings/save": { body: { name: "n" } },
  "POST /webhooks/:webhook_id/settings/secret": {},
  "POST /webhooks/:webhook_id/settings/delete": {},
  "POST /webhooks/:webhook_id/settings/enable": {},
  "POST /webhooks/:webhook_id/settings/disable": {},
  "POST /webhooks/:webhook_id/settings/self-test": {},
  "POST /webhooks/:webhook_id/commands/new": {},
  "POST /webhooks/:webhook_id/commands/:cmd": { body: { name: "tidy" } },
  "POST /webhooks/:webhook_id/commands/:cmd/delete": {},
  "POST /webhooks/:webhook_id/commands/:cmd/enable": {},
  "POST /webhooks/:webhook_id/commands/:cmd/disable": {},
};

Deno.test("every call and form that changes something is tried here", async () => {
  await using s = await testServer();
  const served = new Set(
    [...routesOf(s), { method: "POST", path: "/sign-out" }]
      .filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
  );
  const tried = Object.keys({ ...CALLS, ...FORMS, ...EXCEPTIONS });
  assert.deepEqual(tried.sort(), [...served].sort());
});

const audited = async (s: TestServer): Promise<{ audit_id: string; actor: string }[]> =>
  await s.db.sql`select * from audit order by audit_id`;

/** Does it, and returns the new lines of the audit log. */
async function does(s: TestServer, route: string, { body, prepare }: Tried, is_form: boolean) {
  const [method, path] = route.split(" ");
  const cookie = await s.signIn();
  const made = { ...await things(s), ...await prepare?.(s) };
  const before = (await audited(s)).length;
  const fields = new URLSearchParams({ ...FORM, ...prepare && made, ...body });
  const answer = await s.call(method, filled(path, made), is_form ? fields.toString() : body, {
    token: is_form ? null : ADMIN_TOKEN,
    headers: is_form
      ? { cookie, origin: s.url, "content-type": "application/x-www-form-urlencoded" }
      : {},
  });
  assert.ok(answer.status < 400, `${route}: ${answer.status} ${answer.text.slice(0, 2000)}`);
  return (await audited(s)).slice(before);
}

for (const [kind, routes] of Object.entries({ call: CALLS, form: FORMS })) {
  Deno.test(`every ${kind} that changes something leaves a line in the audit log`, async () => {
    await using s = await testServer();
    for (const [route, tried] of Object.entries(routes)) {
      const lines = await does(s, route, tried, kind === "form");
      assert.equal(lines.length, 1, `${route} left ${JSON.stringify(lines)}`);
      const [{ actor, subject }] = lines as unknown as { actor: string; subject: string }[];
      assert.ok(actor === "admin" && subject, route);
    }
  });
}
