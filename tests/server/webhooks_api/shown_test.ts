/** What people are shown of a delivery: all that came in, and nothing that is secret. */
import assert from "node:assert/strict";
import { piecesIn, SHAPES } from "@/tests/helpers/secret_samples.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { comment, knock, made } from "./scene.ts";

const EVENTS = "/api/webhooks/events";
const KEY_HEAD = "our linter looks for -----BEGIN PRIVATE KEY-----";
const TOKEN = SHAPES["a classic GitHub token"];
const HELD = "held/by us & öther";

/** What the pages and the API show of a delivery, of its list and of a dry run. */
async function allShown(s: TestServer, delivery_id: string): Promise<string> {
  const answers = [
    await s.call("GET", `${EVENTS}/${delivery_id}`),
    await s.call("GET", `/deliveries/${delivery_id}`),
    await s.call("GET", `/deliveries/${delivery_id}/dry-run`),
    await s.call("GET", EVENTS),
    await s.call("GET", "/deliveries"),
    await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true }),
  ];
  for (const { status, text } of answers) assert.equal(status, 200, text.slice(0, 200));
  return answers.map(({ text }) => text).join("\n");
}

Deno.test("a comment about keys leaves the rest of its payload as it was", async () => {
  await using s = await testServer();
  const payload = comment(`@agent nothing, ${KEY_HEAD}`, (p) => {
    p.after = {
      id: "0123456789abcdef0123",
      password: "hunter2-hidden",
      url: "https://a.example:80",
    };
  });
  const { delivery_id } = await knock(s, payload);
  const shown = await allShown(s, delivery_id);
  assert.ok(!shown.includes("hunter2-hidden"));
  const { body } = (await s.call("GET", `${EVENTS}/${delivery_id}`)).json;
  const expected = structuredClone(payload);
  expected.comment.body = "@agent nothing, our linter looks for [redacted]";
  expected.after.password = "[redacted]";
  assert.deepEqual(JSON.parse(body), expected);
});

Deno.test("a forward of such a payload stays JSON, and so does what is shown of it", async () => {
  await using s = await testServer({ env: { FORWARD_HOSTS: "events.example" } });
  await made(s, "/api/webhooks/github/commands", {
    name: "pass",
    action: "forward",
    forward_url: "https://events.example/in",
  });
  const { delivery_id } = await knock(s, comment(`@agent pass ${KEY_HEAD} and ${TOKEN}`));
  const { replies } = (await s.call("GET", `${EVENTS}/${delivery_id}`)).json;
  const { issue } = JSON.parse(replies[0].body).payload ?? JSON.parse(replies[0].body);
  assert.ok(issue.number > 0);
  assert.deepEqual(piecesIn(await allShown(s, delivery_id), TOKEN), []);
});

Deno.test("a secret is hidden in a body however its sender escapes it", async () => {
  await using s = await testServer({ env: { GITLAB_WEBHOOK_SECRET: HELD } });
  const json = JSON.stringify(comment(`@agent nothing ${HELD}`)).replaceAll("/", "\\/")
    .replaceAll("&", "\\u0026").replaceAll("ö", "\\u00f6");
  const { delivery_id } = await knock(s, new TextEncoder().encode(json));
  const shown = await allShown(s, delivery_id);
  for (const part of ["held/by us", "held\\/by us"]) assert.ok(!shown.includes(part), part);
});

Deno.test("hidden text that a note quotes, and headers, are shown without secrets", async () => {
  await using s = await testServer();
  const { delivery_id, task_ids } = await knock(s, comment(`@agent plan <!-- ${TOKEN} --> it`));
  assert.equal(task_ids.length, 1);
  await s.db.sql`
    update deliveries set headers = headers || ${s.db.sql.json({ "x-forwarded-by": TOKEN })}
    where delivery_id = ${delivery_id}`;
  const shown = await allShown(s, delivery_id);
  assert.match(shown, /hidden text was removed/);
  assert.match(shown, /x-forwarded-by/);
  assert.deepEqual(piecesIn(shown, TOKEN), []);
});

Deno.test("the request of a task is shown without secrets, and its run reads all of it", async () => {
  await using s = await testServer();
  const asked = `plan with ${TOKEN}, please`;
  const { task_id, conversation_id } = await made(s, "/api/tasks", { prompt: asked }, 202);
  for (
    const path of [
      "/api/tasks",
      `/api/tasks/${task_id}`,
      "/",
      `/tasks/${task_id}`,
      "/chat",
      `/chat/${conversation_id}`,
      "/api/conversations",
      `/api/conversations/${conversation_id}`,
      `/api/conversations/${conversation_id}/messages`,
    ]
  ) {
    const { text } = await s.call("GET", path);
    assert.deepEqual(piecesIn(text, TOKEN), [], path);
    assert.match(text, /plan with \[redacted\]/, path);
  }
  const [row] = await s.db.sql`select input_message from tasks where task_id = ${task_id}`;
  assert.equal(row.input_message, asked);
});
