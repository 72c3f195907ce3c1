import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { providers } from "@/server/providers/mod.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type DoorChange, doorOf, doorsOf } from "@/tests/helpers/doors.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { aboutNothing, ANY_SECRET, everyPayload, type Posted } from "./every_payload.ts";

const everything: DoorChange = {
  secrets: [ANY_SECRET],
  commands: [{ name: "x", trigger: "*", run_for: "anyone", template: "x" }],
};

interface Answered {
  outcome: string;
  delivery_id: string;
  task_ids: string[];
}

Deno.test("whatever comes in, each task id in an answer names a task with a conversation", async () => {
  await using t = await testDatabase();
  const builtin = [...providers.values()].map((provider) => doorOf(provider, everything));
  const created = [...providers.values()]
    .map((provider) => doorOf(provider, { ...everything, webhook: { is_builtin: false } }));
  const deps = {
    db: t.db,
    doors: doorsOf(...builtin, ...created),
    public_url: "http://127.0.0.1:8000",
    now: () => new Date(),
  };
  const post = async ({ provider, name, headers, body }: Posted, webhook_id: string | null) => {
    const request = new Request("http://127.0.0.1", { method: "POST", headers, body });
    const response = await receiveWebhook(deps, provider, request, webhook_id);
    assert.equal(response.status, 200, `${provider} ${name}: ${await response.clone().text()}`);
    if (!response.headers.get("content-type")?.startsWith("application/json")) return [];
    return await response.json() as Answered;
  };
  const payloads = await everyPayload();
  const answers: Answered[] = [];
  for (const door of [null, ...created]) {
    const to = payloads.filter(({ provider }) => !door || provider === door.provider.name);
    // twice: the second answers with the ids of the first
    for (let i = 0; i < 2; i++) {
      const all = await Promise.all(to.map((one) => post(one, door?.webhook_id ?? null)));
      answers.push(...all.filter((a): a is Answered => "task_ids" in a));
    }
  }
  const begun = answers.flatMap(({ task_ids }) => task_ids);
  assert.ok(begun.length > 600, `${begun.length} tasks of ${answers.length} answers`);
  assert.deepEqual(await notTasks(t.db, begun), []);
  const empty = answers.filter(({ outcome, task_ids }) => outcome === "accepted" && !task_ids[0]);
  assert.deepEqual(empty, []);
});

/** Those of these ids that name no task in a conversation that holds outside text. */
async function notTasks({ sql }: Database, ids: string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${ids}::uuid[]) id left join tasks t on t.task_id = id
    where t.task_id is null or not holds_outside_text(t.conversation_id)`;
  return rows.map(({ id }) => id);
}

Deno.test("an event about nothing starts a task in a conversation of its own, as does its replay", async () => {
  await using s = await testServer({
    env: {
      GITHUB_WEBHOOK_SECRET: ANY_SECRET,
      JIRA_WEBHOOK_SECRET: ANY_SECRET,
      GITLAB_WEBHOOK_SECRET: ANY_SECRET,
    },
  });
  for (const { provider, name, headers, body } of aboutNothing()) {
    const command = { name: "x", trigger: "*", run_for: "anyone", template: "x" };
    await s.call("POST", `/api/webhooks/${provider}/commands`, command);
    const sent = { method: "POST", headers, body };
    const response = await fetch(`${s.url}/webhooks/${provider}`, sent);
    const first: Answered = await response.json();
    assert.equal(first.outcome, "accepted", name);
    const kept = await s.call("GET", `/api/webhooks/events/${first.delivery_id}`);
    const again = await s.call("POST", `/api/webhooks/events/${first.delivery_id}/replay`, {});
    for (const task_id of [first.task_ids[0], again.json.task_ids[0]]) {
      const { status, json } = await s.call("GET", `/api/tasks/${task_id}`);
      assert.equal(status, 200, `${name}: ${task_id}`);
      assert.equal(json.flow_id, kept.json.flow_id, name);
      const said = await s.call("GET", `/api/conversations/${json.conversation_id}`);
      assert.match(said.json.title, /^(GitHub|Jira|GitLab) /);
      const page = await s.call("GET", `/tasks/${task_id}`, undefined, {
        headers: { accept: "text/html" },
      });
      assert.equal(page.status, 200);
    }
    assert.match(kept.json.notes.join(), /a conversation of its own/);
  }
});
