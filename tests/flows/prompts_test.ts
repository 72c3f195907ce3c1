/** Words that mean something to a machine, and secrets: what the model and the readers get of them. */
import assert from "node:assert/strict";
import { inOrder, startSystem, type System } from "@/tests/flows/system.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";

const PASSWD = /root:x:0:0/;

/** All that the model was asked since the system started, as text. */
const asked = (s: System) => JSON.stringify(s.model.requests.map((request) => request.body));

Deno.test("a prompt is text for the model, whatever it begins with or names", async (t) => {
  const step = inOrder(t);
  await using s = await startSystem();
  await s.startWorker();

  for (const prompt of ["/clear the table [[hello]]", "/compact", "  /config x=y [[hello]]"]) {
    await step(`slash: ${prompt}`, async () => {
      const before = s.model.requests.length;
      const task = await s.ended(await s.chat(prompt));
      assert.deepEqual([task.status, task.error], ["completed", null]);
      assert.ok(task.num_turns > 0 && task.cost_usd > 0, "the model was asked");
      assert.ok(JSON.stringify(s.model.requests[before].body.messages).includes(prompt.trim()));
    });
  }

  await step("a file named with @ in a chat stays where it is", async () => {
    const task = await s.ended(await s.chat("What is in @/etc/passwd and @/etc/hosts? [[hello]]"));
    assert.equal(task.status, "completed");
    assert.match(asked(s), /@\/etc\/passwd/, "the words themselves arrive");
    assert.doesNotMatch(asked(s), PASSWD);
  });

  await step("nor does one named in a comment from outside", async () => {
    const { json } = await s.deliver(commentOf("@agent analyze @/etc/passwd [[hello]]"));
    assert.equal((await s.ended(json.task_ids[0])).status, "completed");
    assert.doesNotMatch(asked(s), PASSWD);
  });

  await step("a tool of a comment's task cannot read it either", async () => {
    const read = '[[tool:Read:{"file_path":"/etc/passwd"}]]';
    const { json } = await s.deliver(commentOf(`@agent analyze ${read}`));
    const task = await s.ended(json.task_ids[0]);
    assert.equal(task.status, "completed", "a refused tool is no failure");
    assert.doesNotMatch(asked(s), PASSWD);
    const logs = (await s.call("GET", `/api/tasks/${task.task_id}/logs`)).json.items;
    const refused = logs.find((row: { kind: string }) => row.kind === "tool_result");
    assert.equal(refused.data.is_error, true);
  });

  await step("NUL and half a surrogate pair come through a chat", async () => {
    const task_id = await s.chat("[[hello]] a\u0000b \ud83d c 🧑‍🚀");
    const task = await s.ended(task_id);
    assert.deepEqual([task.status, task.error], ["completed", null]);
    assert.equal(task.input_message, "[[hello]] a\\u0000b \\ud83d c 🧑‍🚀");
    const at = `/api/conversations/${task.conversation_id}/messages`;
    const { json } = await s.call("GET", at);
    assert.deepEqual(json.items.map((m: { content: string }) => m.content), [
      task.input_message,
      "Hello from the scripted model.",
    ]);
  });
});

Deno.test("what the CLI's shell prints of its environment is stored without secrets", async () => {
  const API_KEY = "sk-a-key-that-nobody-may-read";
  const token = "the-token-of-this-github";
  await using s = await startSystem();
  const env = { ANTHROPIC_API_KEY: API_KEY, GITHUB_TOKEN: token, LOG_LEVEL: "debug" };
  const worker = await s.startWorker({ env });
  const task_id = await s.chat("[[bash:env; echo my key is $ANTHROPIC_API_KEY, really]]");
  await using reader = await s.watch(task_id);
  const task = await s.ended(task_id);
  await reader.ended;
  assert.equal(task.status, "completed");

  const [, second] = s.model.requests.map((request) => JSON.stringify(request.body));
  assert.ok(second.includes(API_KEY), "the shell did print it: otherwise this shows nothing");
  const shown = reader.events.find((e) => e.data.kind === "tool_result")!.data.text as string;
  assert.match(shown, /my key is \[redacted\], really/);
  const names = [...shown.matchAll(/^(\w+)=/gm)].map((match) => match[1]);
  assert.ok(names.includes("ANTHROPIC_API_KEY") && names.includes("AGENT_RUN_ID"));
  for (const name of ["DATABASE_URL", "SECRET_KEY", "GITHUB_TOKEN", "ADMIN_TOKEN", "MACHINE_ID"]) {
    assert.ok(!names.includes(name), `${name} is not the CLI's`);
  }
  assert.ok(!second.includes(token) && !second.includes(s.url));

  assert.ok(!JSON.stringify(reader.events).includes(API_KEY));
  assert.deepEqual(await tablesWith(s, API_KEY), []);
  for (const secret of [API_KEY, token, "a secret key of a test", s.url]) {
    assert.ok(!worker.log().includes(secret), "the worker's log shows no secret");
    assert.ok(!s.server().log().includes(secret), "nor does the server's");
  }
  assert.deepEqual(await tablesWith(s, "my key is [redacted]"), ["task_output"], "the look works");
});

/** The tables of this database that have a text somewhere in a row. */
async function tablesWith({ db: { sql } }: System, text: string): Promise<string[]> {
  const tables = await sql<{ schema: string; name: string }[]>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const [{ hits }] = await sql<{ hits: number }[]>`
      select count(*) as hits from ${sql(schema)}.${sql(name)} t
      where position(${text} in t::text) > 0`;
    if (hits > 0) found.push(name);
  }
  return found;
}
