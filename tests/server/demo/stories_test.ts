import assert from "node:assert/strict";
import { accounts, makeSecrets, webhooks } from "@/server/demo/settings.ts";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { tellStories } from "@/server/demo/stories.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Connection } from "@/server/providers/provider.ts";
import { ADMIN_TOKEN, testServer } from "@/tests/helpers/server.ts";

Deno.test("the demo's stories reach all webhooks, and each has work, strangers have none", async () => {
  const secrets = makeSecrets();
  const recorder_url = "http://127.0.0.1:9";
  await using s = await testServer({ env: { ...webhooks(secrets), ...accounts(recorder_url) } });
  const stage = {
    url: s.url,
    admin_token: ADMIN_TOKEN,
    secrets,
    callback_url: `${recorder_url}/custom`,
  };
  await tellStories(stage);
  const { json: { items } } = await s.call("GET", "/api/webhooks/events?limit=100");
  const count = (provider: string, outcome: string) =>
    items.filter((d: { provider: string; outcome: string }) =>
      d.provider === provider && d.outcome === outcome
    ).length;
  for (const name of providers.keys()) assert.ok(count(name, "accepted") > 0, name);
  for (const name of ["github", "slack", "jira", "gitlab"]) {
    assert.ok(count(name, "ignored") > 0, `${name}: a stranger asked too`);
  }
  assert.equal(count("github", "refused"), 1);
  const { json: tasks } = await s.call("GET", "/api/tasks?limit=100");
  const sources = tasks.items.map((task: { source: string }) => task.source);
  assert.equal(sources.filter((source: string) => source === "chat").length, 3);
  const started = items.flatMap((d: { task_ids: string[] }) => d.task_ids).length;
  assert.ok(started > providers.size, "each webhook has work, GitHub's more than one");
  assert.equal(sources.filter((source: string) => source === "webhook").length, started);

  await tellStories(stage); // a demo that is started again
  const again = await s.call("GET", "/api/webhooks/events?outcome=accepted&provider=custom");
  assert.equal(again.json.items.length, 4);
});

Deno.test("the demo's services take what is said to them, and show it", async () => {
  const recorder = startServiceRecorder();
  const allow_hosts = [new URL(recorder.url).host];
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
  const connections: Record<string, Partial<Connection>> = {
    jira: { email: "agent@harbour.example" },
    custom: { callback: { url: `${recorder.url}/custom`, secret }, allow_hosts },
  };
  for (const provider of providers.values()) {
    if (provider.name === "github") continue; // which has a stand-in of its own
    const read = readSample(provider.name);
    const sender = provider.connect({
      base_url: `${recorder.url}/${provider.name}`,
      token: "demo",
      organization: "harbour",
      ...connections[provider.name],
    });
    const [part] = provider.prepare("Done.", { marker_id: "t1", mentions: [], more_url: null });
    const { comment_id } = await sender.comment(read, part);
    assert.ok(comment_id, provider.name);
    await sender.updateComment(read, comment_id, part);
    assert.equal(await sender.findComment(read, "t1", null), null, provider.name);
    if (sender.whoAmI) assert.ok((await sender.whoAmI()).id, provider.name);
    if (sender.fullMembers) assert.deepEqual(await sender.fullMembers(), ["U0NORA", "U0AGENT"]);
  }
  const shown = await (await fetch(recorder.url)).json();
  assert.deepEqual(shown, JSON.parse(JSON.stringify(recorder.said)));
  const services = recorder.said.map(({ service }) => service);
  assert.deepEqual(
    [...new Set(services)],
    [...providers.keys()].filter((name) => name !== "github"),
  );
  assert.equal((await fetch(`${recorder.url}/toString/x`)).status, 404);
  await recorder.close();
});

/** Where the answer to a provider's sample goes. */
function readSample(name: string): unknown {
  const provider = providers.get(name)!;
  const sample = { slack: "app_mention", gitlab: "issue_note", custom: "message" }[name] ??
    "comment";
  const secret = makeSecrets()[name];
  const { headers, body } = provider.sample(sample, secret, undefined, new Date());
  const reading = provider.read(new Headers(headers), new TextEncoder().encode(body));
  if (reading.kind !== "event") throw new Error(`${name}: ${JSON.stringify(reading)}`);
  return reading.event.reply_target;
}
