import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, knock, made } from "./scene.ts";
import { EVENTS } from "./events.ts";

Deno.test("a dry run says what today's commands would do, and writes nothing", async () => {
  await using s = await testServer();
  const { delivery_id } = await knock(s, comment("@agent deploy to the harbour"));
  await made(s, "/api/webhooks/github/commands", {
    name: "deploy",
    target_agent: "brain",
    reaction: "rocket",
    template: "Deploy {{issue.title}} of {{no.such.path}}",
  });
  const counted = async () => {
    const { sql } = s.db;
    const [row] = await sql`
      select (select count(*) from deliveries) d, (select count(*) from tasks) t,
        (select count(*) from replies) r, (select count(*) from command_uses) u`;
    return row;
  };
  const before = await counted();
  const run = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.equal(run.status, 200, run.text);
  assert.deepEqual(await counted(), before);
  const { json } = run;
  assert.deepEqual([json.outcome, json.delivery_id], ["accepted", delivery_id]);
  assert.equal(json.actor.trust, "trusted");
  const [task] = json.tasks;
  assert.deepEqual([task.command, task.agent, task.tool_profile], ["deploy", "brain", "read"]);
  assert.match(task.prompt, /Deploy/);
  assert.match(task.prompt, /to the harbour/);
  assert.deepEqual(json.replies, [{ command: "deploy", kind: "reaction", body: "rocket" }]);
  assert.deepEqual(json.notes, ["deploy: the payload has no no.such.path"]);
  const names = json.commands.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("deploy") && names.includes("help"));
});

Deno.test("a dry run counts no uses, and says when the limit is reached", async () => {
  await using s = await testServer({ env: { COMMANDS_PER_HOUR: "1" } });
  const { delivery_id } = await knock(s, comment("@agent analyze"));
  const dry = await s.call("POST", `${EVENTS}/${delivery_id}/replay`, { dry_run: true });
  assert.equal(dry.json.outcome, "accepted");
  assert.match(
    dry.json.notes[0],
    /analyze: it was used 1 times .* by the one who asks, and the limit is 1/,
  );
  const real = await s.call("POST", `${EVENTS}/${delivery_id}/replay`);
  assert.equal(real.json.outcome, "ignored");
});

Deno.test("a draft is tried on the newest deliveries of its webhook", async () => {
  await using s = await testServer();
  const { id, ...webhook } = await createdWebhook(s, { commands: [{ name: "deploy" }] });
  const asked = await knock(s, comment("@agent deploy"), webhook);
  const quiet = await knock(s, comment("ready to ship"), webhook);
  await knock(s, comment("@agent plan", (p) => p.filler = "x".repeat(1_100_000)), webhook);
  await knock(s, comment("@agent deploy"));

  const tryOut = async (draft: unknown) => {
    const answer = await s.call("POST", `/api/webhooks/${id}/commands/dry-run`, draft);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.items;
  };
  const draft = {
    name: "shipping",
    trigger: "issue_comment.created",
    conditions: { "comment.body": { contains: "ship" } },
  };
  const [newest, oldest, ...none] = await tryOut(draft);
  assert.deepEqual([newest.delivery_id, oldest.delivery_id, none], [
    quiet.delivery_id,
    asked.delivery_id,
    [],
  ]);
  assert.deepEqual(newest.tasks.map(({ command }: { command: string }) => command), ["shipping"]);
  assert.deepEqual(oldest.tasks.map(({ command }: { command: string }) => command), ["deploy"]);
  const why = oldest.commands.find(({ name }: { name: string }) => name === "shipping");
  assert.match(why.reason, /deploy/);

  const listed = (await s.call("GET", `/api/webhooks/${id}/commands/deploy`)).json;
  const renamed = await tryOut({ name: "release", command_id: listed.command_id });
  const names = renamed[1].commands.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("release") && !names.includes("deploy"), "stands in its place");
  for (const wrong of [{ name: "" }, { name: "x", command_id: 7 }, []]) {
    const refused = await s.call("POST", `/api/webhooks/${id}/commands/dry-run`, wrong);
    assert.equal(refused.status, 422);
  }
});
