import assert from "node:assert/strict";
import { providers } from "@/server/providers/mod.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { fieldsOf, made } from "./scene.ts";

const GIVEN = "8f742231b10e8888abcd99yyyzzz85a5";

/** A created webhook of a provider, with the secret that the provider shows where it does. */
const create = (s: TestServer, provider: string, more: Record<string, unknown> = {}) =>
  made(s, "/api/webhooks", {
    provider,
    separate_endpoint: true,
    ...(providers.get(provider)!.gives_secret ? { secret: GIVEN } : {}),
    ...more,
  });

/** Posts one of the provider's samples to the address of a created webhook. */
async function post(s: TestServer, made: Made, sample: string) {
  const { provider, address, secret } = made;
  const { headers, body } = providers.get(provider)!.sample(sample, secret, undefined, new Date());
  const response = await s.app.fetch(new Request(address, { method: "POST", headers, body }));
  await response.body?.cancel();
  const { items } = (await s.call("GET", `/api/webhooks/${made.webhook_id}/events`)).json;
  return { status: response.status, delivery: items[0] };
}

interface Made {
  webhook_id: string;
  provider: string;
  address: string;
  secret: string;
}

const opensWork = ({ commands }: { commands: { name: string; matched: boolean }[] }) =>
  commands.some(({ name, matched }) => name === "fix" && matched);

for (const [name, provider] of providers) {
  Deno.test(`a webhook of ${provider.title} can be made, set up, tested and replayed`, async () => {
    await using s = await testServer();
    const webhook: Made = await create(s, name);
    const { webhook_id, address } = webhook;
    assert.equal(provider.secretProblem(webhook.secret), null, "the secret is one it can use");
    const at = `/api/webhooks/${webhook_id}`;

    const setup = (await s.call("GET", `${at}/setup`)).json;
    const values = setup.steps.flatMap((step: { values: string[] }) => step.values);
    assert.ok(values.some((value: string) => value.includes(address)));
    assert.doesNotMatch(JSON.stringify(setup.steps), /\{(address|secret)\}/);

    const test = (await s.call("POST", `${at}/self-test`)).json;
    assert.equal(test.ok, true, JSON.stringify(test.stages));

    for (const sample of Object.keys(provider.samples)) {
      const { status, delivery } = await post(s, webhook, sample);
      assert.equal(status, 200, sample);
      const again = await s.call("POST", `/api/webhooks/events/${delivery.delivery_id}/replay`);
      if (opensWork(delivery)) {
        // The work that it opened the first time is under way.
        assert.equal(again.json.outcome, "ignored", `${sample}: ${again.text}`);
        continue;
      }
      assert.equal(again.json.outcome, delivery.outcome, `${sample}: ${again.text}`);
      const replayed = await s.call("GET", `/api/webhooks/events/${again.json.delivery_id}`);
      for (const field of ["event_type", "external_id", "flow_id", "actor", "commands"]) {
        assert.deepEqual(replayed.json[field], delivery[field], `${sample} ${field}`);
      }
    }
  });
}

Deno.test("secrets have the form that each provider's signatures need", async () => {
  await using s = await testServer();
  for (const name of ["custom", "gitlab"]) {
    assert.match((await create(s, name)).secret, /^whsec_[A-Za-z0-9+/]{43}=$/, name);
  }
  for (const name of ["github", "jira"]) {
    assert.match((await create(s, name)).secret, /^[0-9a-f]{64}$/, name);
  }
  for (const provider of ["slack", "sentry"]) {
    const without = await s.call("POST", "/api/webhooks", { provider, separate_endpoint: true });
    assert.deepEqual([without.status, fieldsOf(without)], [422, ["secret"]], provider);
    const webhook = await create(s, provider);
    const renewed = await s.call("POST", `/api/webhooks/${webhook.webhook_id}/secret`, {});
    assert.deepEqual([renewed.status, fieldsOf(renewed)], [422, ["secret"]], provider);
  }
});

Deno.test("answers of a custom webhook go to public addresses, or to hosts that were named", async () => {
  await using s = await testServer();
  const webhook = await create(s, "custom", { callback_url: "https://example.com/answers" });
  assert.equal(webhook.callback_url, "https://example.com/answers");
  for (
    const callback_url of [
      "http://example.com/",
      "https://127.0.0.1/",
      "https://169.254.169.254/latest",
      "https://[::1]/",
      "https://me:secret@example.com/",
      "nowhere",
    ]
  ) {
    const change = { callback_url };
    const refused = await s.call("PUT", `/api/webhooks/${webhook.webhook_id}`, change);
    assert.deepEqual([refused.status, fieldsOf(refused)], [422, ["callback_url"]], callback_url);
  }
  const none = await s.call("PUT", `/api/webhooks/${webhook.webhook_id}`, { callback_url: null });
  assert.equal(none.json.callback_url, null);

  await using named = await testServer({ env: { FORWARD_HOSTS: "127.0.0.1:9999" } });
  await create(named, "custom", { callback_url: "http://127.0.0.1:9999/answers" });
  const other = { provider: "custom", separate_endpoint: true };
  const callback_url = "https://example.com/";
  const refused = await named.call("POST", "/api/webhooks", { ...other, callback_url });
  assert.deepEqual(fieldsOf(refused), ["callback_url"]);
});

Deno.test("what a provider cannot do is refused when the command is stored", async () => {
  await using s = await testServer();
  const refused = await s.call("POST", "/api/webhooks/sentry/commands", {
    name: "tag",
    action: "github_label",
    labels: ["bug"],
  });
  assert.deepEqual([refused.status, fieldsOf(refused)], [422, ["action"]]);
  assert.match(refused.json.detail, /Sentry has no labels/);
  const { actions } = (await s.call("GET", "/api/webhooks/sentry")).json;
  assert.ok(!actions.includes("github_label") && actions.includes("create_task"));
});
