import assert from "node:assert/strict";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";
import { untilTrue } from "@/tests/helpers/until.ts";
import { comment, createdWebhook, knock, otherServer } from "./scene.ts";

Deno.test("two servers over one database follow each other's changes", async () => {
  await using s = await testServer();
  await using other = await otherServer(s);
  const { id, path, secret } = await createdWebhook(s, { commands: [{ name: "deploy" }] });
  await untilTrue(() => other.webhooks.created(id) !== null);
  assert.equal(
    (await knock(other, comment("@agent deploy"), { path, secret })).outcome,
    "accepted",
  );

  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const address = `http://127.0.0.1/api/webhooks/${id}/disable`;
  const off = await other.app.fetch(new Request(address, { method: "POST", headers }));
  assert.equal(off.status, 200);
  await untilTrue(() => s.webhooks.created(id)?.enabled === false);
  assert.equal((await knock(s, comment("@agent deploy"), { path, secret })).status, 401);
});

Deno.test("a webhook that is asked for before its news arrive is read from the database", async () => {
  await using s = await testServer();
  await using other = await otherServer(s);
  await other.webhooks.stop(); // hears nothing any more
  const { id } = await createdWebhook(s);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  for (const path of [`/api/webhooks/${id}`, "/api/webhooks"]) {
    const read = await other.app.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
    assert.equal(read.status, 200);
    assert.ok((await read.text()).includes(id));
  }
});

Deno.test("200 commands are stored, listed and matched", async () => {
  await using s = await testServer();
  const commands = Array.from({ length: 200 }, (_, n) => ({
    name: `job-${n}`,
    trigger: "issues.opened",
    conditions: { "issue.number": n },
  }));
  const { id, path, secret } = await createdWebhook(s, { commands });
  const { items } = (await s.call("GET", `/api/webhooks/${id}/commands`)).json;
  assert.equal(items.filter((item: { is_builtin: boolean }) => !item.is_builtin).length, 200);
  const { outcome, delivery_id } = await knock(s, comment("@agent job-7"), { path, secret });
  assert.equal(outcome, "ignored");
  const trace = (await s.call("GET", `/api/webhooks/events/${delivery_id}`)).json;
  const of = (name: string) =>
    trace.commands.find((command: { name: string }) => command.name === name);
  assert.match(of("job-7").reason, /issue\.number/);
  assert.match(of("job-8").reason, /issues\.opened|job-7/);
});
