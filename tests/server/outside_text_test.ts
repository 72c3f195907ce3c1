/** Trust sticks to the conversation: what tasks may do where something in it was written outside. */
import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { createApiToken } from "@/db/sessions.ts";
import { getTask } from "@/db/tasks.ts";
import { finishTask } from "@/db/tasks/run.ts";
import * as pages from "@/server/pages.tsx";
import { acceptRecord, chatTask, liveWorker, NOTHING_USED } from "@/tests/helpers/records.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { taken } from "@/tests/helpers/story/speaking.ts";

const FORM = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };

async function delivered({ db }: TestServer): Promise<string> {
  const { task_ids } = await acceptDelivery(db, acceptRecord());
  return (await getTask(db, task_ids[0]))!.conversation_id;
}

async function fails({ db }: TestServer, task_id: string): Promise<void> {
  await db.sql`update tasks set completed_at = now(), status = 'cancelled'
    where status = 'queued' and task_id <> ${task_id}`;
  const claim = await taken(db, task_id, await liveWorker(db));
  const ending = { output: null, error: "no", usage: NOTHING_USED };
  await finishTask(db, claim, { status: "failed", ...ending });
}

Deno.test("the API: a task in such a conversation reads, and more is asked for in so many words", async () => {
  await using s = await testServer();
  const conversation_id = await delivered(s);
  const shown = await s.call("GET", `/api/conversations/${conversation_id}`);
  assert.equal(shown.json.has_outside_text, true);
  const { token } = await createApiToken(s.db, {
    name: "deploy",
    role: "operator",
    created_by: "admin",
  });
  const ask = (path: string, body: Record<string, unknown>) =>
    s.call("POST", path, { conversation_id, ...body }, { token });

  for (
    const [path, body, wanted] of [
      ["/api/tasks", { prompt: "x" }, ["read", null]],
      ["/api/tasks", { prompt: "x", tool_profile: "read" }, ["read", null]],
      ["/api/tasks", { prompt: "x", trust_outside_text: true }, ["full", "deploy"]],
      ["/api/tasks", { prompt: "x", tool_profile: "edit", trust_outside_text: true }, [
        "edit",
        "deploy",
      ]],
      ["/api/chat", { message: "x" }, ["read", null]],
      ["/api/chat", { message: "x", trust_outside_text: true }, ["full", "deploy"]],
      ["/api/chat", { message: "start fresh: x" }, ["full", null]],
    ] as const
  ) {
    const answer = await ask(path, body);
    assert.equal(answer.status, 202, answer.text);
    const { json } = await s.call("GET", `/api/tasks/${answer.json.task_id}`);
    assert.deepEqual([json.tool_profile, json.profile_raised_by], wanted, JSON.stringify(body));
  }
  for (const tool_profile of ["edit", "full"]) {
    const refused = await ask("/api/tasks", { prompt: "x", tool_profile });
    assert.equal(refused.status, 422);
    assert.equal(refused.json.errors[0].path, "trust_outside_text");
  }
  const noted = await s.db.sql`
    select actor, detail ->> 'tool_profile' as profile from audit
    where action = 'task.trust_outside_text' order by audit_id`;
  assert.deepEqual(noted.map(({ actor, profile }) => `${actor} ${profile}`), [
    "deploy full",
    "deploy edit",
    "deploy full",
  ]);
});

Deno.test("the API: a retry is decided again", async () => {
  await using s = await testServer();
  const conversation_id = await delivered(s);
  // as one that was made before conversations were marked
  const { task_id } = await chatTask(s.db, { conversation_id, trust_outside_text: true });
  await s.db.sql`update tasks set profile_raised_by = null where task_id = ${task_id}`;
  await fails(s, task_id);
  const retry = (body?: unknown) => s.call("POST", `/api/tasks/${task_id}/retry`, body);
  const plain = await retry();
  assert.equal(plain.status, 202, plain.text);
  assert.deepEqual([plain.json.tool_profile, plain.json.profile_raised_by], ["read", null]);
  const raised = await retry({ trust_outside_text: true });
  assert.deepEqual([raised.json.tool_profile, raised.json.profile_raised_by], ["full", "admin"]);
  assert.equal((await retry({ trust: 1 })).status, 422);
});

Deno.test("pages: the choice is offered where it applies, and counts without JavaScript", async () => {
  await using s = await testServer({ deps: { pages } });
  const conversation_id = await delivered(s);
  const own = await chatTask(s.db);
  const text = async (path: string) =>
    (await s.call("GET", path, undefined, { headers: FORM })).text;
  for (const path of ["/chat", `/chat/${own.conversation_id}`, `/tasks/${own.task_id}`]) {
    assert.doesNotMatch(await text(path), /written outside/, path);
  }
  const thread = await text(`/chat/${conversation_id}`);
  assert.match(thread, /holds text that was written outside/);
  assert.match(thread, /name="trust_outside_text"/);

  const say = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ conversation_id, ...fields }).toString();
    const answer = await s.call("POST", "/chat", body, { headers: FORM });
    const rows = await s.db.sql<{ task_id: string; tool_profile: string }[]>`
      select task_id, tool_profile from tasks order by task_id desc limit 1`;
    return { answer, ...rows[0] };
  };
  assert.equal((await say({ message: "Go on" })).tool_profile, "read");
  const refused = await say({ message: "start fresh", trust_outside_text: "on" });
  assert.equal(refused.answer.status, 422);
  assert.match(
    refused.answer.text,
    /name="trust_outside_text"[^>]* checked/,
    "what was said stays",
  );
  const raised = await say({ message: "Go on", trust_outside_text: "on" });
  assert.deepEqual([raised.answer.status, raised.tool_profile], [303, "full"]);
  assert.match(await text(`/tasks/${raised.task_id}`), /full, raised by admin/);

  await fails(s, raised.task_id);
  const page = await text(`/tasks/${raised.task_id}`);
  assert.match(page, /admin trusted that text for this run/);
  assert.match(page, /this time it may only read/);
  for (const [body, profile] of [["", "read"], ["trust_outside_text=on", "full"]]) {
    const again = await s.call("POST", `/tasks/${raised.task_id}/retry`, body, { headers: FORM });
    assert.equal(again.status, 303);
    const { json } = await s.call("GET", `/api${again.headers.get("location")}`);
    assert.equal(json.tool_profile, profile);
  }
});
