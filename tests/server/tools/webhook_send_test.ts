import assert from "node:assert/strict";
import { join } from "node:path";
import { createWebhook } from "@/db/webhooks.ts";
import { createSeal } from "@/db/process/seal.ts";
import { PROJECT_DIR } from "@/server/config.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { readArguments, usage, UsageError } from "@/server/tools/webhook_send/arguments.ts";
import { signPayload } from "@/server/tools/webhook_send/payload.ts";
import { testServer } from "@/tests/helpers/server.ts";

const SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
/** Of each provider one of the form that it makes. */
const secretOf = ({ newSecret }: Provider) => newSecret ? SIGNING : "a secret, and a long one";
const ENV = Object.fromEntries(
  [...providers.values()].map((provider) => [provider.secret_setting, secretOf(provider)]),
);

/** Runs the tool as somebody at a terminal does. */
async function run(args: string[], env: Record<string, string>, input = "") {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", "server/tools/webhook_send.ts", ...args],
    cwd: PROJECT_DIR,
    env: { PUBLIC_URL: "https://agent.example.org", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("the usage names every provider with every sample it has", () => {
  const text = usage(providers);
  for (const { name, samples } of providers.values()) {
    const line = text.split("\n").find((one) => one.trim().startsWith(`${name} `));
    assert.ok(line, name);
    for (const sample of Object.keys(samples)) assert.ok(line.includes(sample), sample);
  }
});

Deno.test("a wrong command line says what is wrong with it", () => {
  const says = (...args: string[]) => {
    try {
      readArguments(args, providers);
    } catch (error) {
      assert.ok(error instanceof UsageError);
      return error.message;
    }
    return "nothing is wrong";
  };
  assert.match(says(), /Which provider/);
  assert.match(says("gihub", "ping"), /no provider gihub/);
  assert.match(says("github"), /Which event\? There are: ping, issue_comment/);
  assert.match(says("github", "toString"), /no sample toString/);
  assert.match(says("github", "issue_comment", "@agent", "help"), /quotes: help is too much/);
  assert.match(says("github", "ping", "--url", "localhost"), /no address/);
  assert.match(says("github", "ping", "--header", "no colon"), /not name:value/);
  assert.match(says("github", "ping", "--header", "x: a\r\nb: c"), /not name:value/);
  assert.match(says("github", "ping", "--secrt", "x"), /--secrt/);
  assert.match(says("github", "ping", "text", "--file", "x.json"), /leave TEXT out/);
  assert.equal(says("github", "issue_comment", "@agent help"), "nothing is wrong");
});

Deno.test("a payload of one's own is signed so that its provider's webhook takes it", () => {
  const now = new Date();
  for (const provider of providers.values()) {
    const secret = secretOf(provider);
    const event = { github: "issues.opened", sentry: "issue" }[provider.name] ?? null;
    const { headers, body } = signPayload(
      provider,
      '{"object_kind":"merge_request"}',
      { event, secret, now },
    );
    const request = { headers: new Headers(headers), body: new TextEncoder().encode(body) };
    assert.deepEqual(provider.verify(request, [secret], now), { ok: true }, provider.name);
    const other = provider.verify(request, [secret.replace(/^(whsec_)?./, "$1B")], now);
    assert.equal(other.ok, false, provider.name);
  }
});

Deno.test("headers say what the provider's headers would say", () => {
  const how = { secret: SIGNING, now: new Date() };
  const of = (name: string) => providers.get(name)!;
  const sign = (name: string, event: string | null, payload: unknown) =>
    signPayload(of(name), JSON.stringify(payload), { ...how, event }).headers;
  assert.equal(sign("github", "issues.opened", {})["x-github-event"], "issues");
  assert.throws(() => sign("github", null, {}), /X-GitHub-Event/);
  assert.equal(sign("sentry", "event_alert.triggered", {})["sentry-hook-resource"], "event_alert");
  const gitlab = (payload: unknown) => sign("gitlab", null, payload)["x-gitlab-event"];
  assert.equal(gitlab({ object_kind: "merge_request" }), "Merge Request Hook");
  assert.equal(gitlab({ object_kind: "build" }), "Job Hook");
  const confidential = { object_kind: "note", event_type: "confidential_note" };
  assert.equal(gitlab(confidential), "Confidential Note Hook");
  assert.throws(() => gitlab({}), /object_kind/);
  const plain = signPayload(of("gitlab"), "{}", {
    secret: "a token",
    now: how.now,
    event: "Note Hook",
  });
  assert.equal(plain.headers["x-gitlab-token"], "a token");
});

Deno.test("a form goes as a form, also when it is kept in JSON", () => {
  const how = { event: null, secret: "s", now: new Date() };
  const raw_body = "payload=%7B%7D";
  for (const text of [raw_body, JSON.stringify({ raw_body, fields: {} })]) {
    const { headers, body } = signPayload(providers.get("slack")!, text, how);
    assert.deepEqual(
      [headers["content-type"], body],
      ["application/x-www-form-urlencoded", raw_body],
    );
  }
});

Deno.test("a sample of each provider reaches its webhook, and the answer is told", async () => {
  await using s = await testServer({ env: ENV });
  for (const { name } of providers.values()) {
    const sent = await run([name, "self_test", "--url", s.url], ENV);
    assert.deepEqual([sent.code, sent.err], [0, ""], `${name}: ${sent.out}`);
    assert.match(sent.out, /^200 from http/);
    const [delivery] = (await s.call("GET", `/api/webhooks/events?provider=${name}`)).json.items;
    assert.ok(sent.out.includes(`/deliveries/${delivery.delivery_id}`), `${name}: ${sent.out}`);
  }
});

Deno.test("a comment with other words starts the task that it asks for", async () => {
  await using s = await testServer({ env: ENV });
  const args = ["github", "issue_comment", "@agent plan a new roof", "--url", s.url];
  const sent = await run(args, ENV);
  const [task] = (await s.call("GET", "/api/tasks")).json.items;
  assert.match(sent.out, /outcome +accepted/);
  assert.ok(sent.out.includes(`/tasks/${task.task_id}`));
  assert.match(task.input_message, /plan a new roof/);
});

Deno.test("a file is sent with headers of one's own, from disk or from a pipe", async () => {
  await using s = await testServer({ env: ENV });
  const folder = await Deno.makeTempDir();
  const file = join(folder, "payload.json");
  await Deno.writeTextFile(file, '{"action":"created"}');
  const to = ["--url", s.url, "--header", "X-GitHub-Delivery: the-second-time"];
  const first = await run(["github", "star", "--file", file, ...to], ENV);
  assert.match(first.out, /outcome +ignored/);
  const again = await run(["github", "star", "--file", "-", ...to], ENV, '{"action":"created"}');
  assert.match(again.out, /outcome +duplicate/);
  const none = await run(["github", "star", "--file", join(folder, "none.json"), ...to], ENV);
  assert.deepEqual([none.code, none.out], [1, ""]);
  assert.match(none.err, /none\.json cannot be read/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a created webhook is sent to with the secret that is given for it", async () => {
  await using s = await testServer({ env: ENV });
  const secret = "the secret of a created webhook";
  const seal = createSeal(s.config.secret_key.reveal());
  const id = await createWebhook(s.db, seal, {
    provider: "github",
    name: "Harbour",
    description: "",
    enabled: true,
    secret,
    command_prefix: null,
    default_command: null,
    target_agent: null,
    repository: null,
    repositories: [],
    callback_url: null,
    created_by: null,
  }, []);
  await s.webhooks.reload();
  const args = ["github", "ping", "--webhook", id, "--url", s.url];
  const without = await run(args, ENV);
  assert.equal(without.code, 1);
  assert.match(without.err, /WEBHOOK_SECRET or --secret/);
  assert.match((await run(args, { ...ENV, WEBHOOK_SECRET: secret })).out, /^200 /);
  assert.match((await run([...args, "--secret", secret], ENV)).out, /outcome +ignored/);
  const wrong = await run([...args, "--secret", "not the secret of it"], ENV);
  assert.deepEqual([wrong.code, wrong.out.slice(0, 4)], [1, "401 "]);
  assert.ok(wrong.out.includes(`${s.url}/deliveries?outcome=refused`));
});

Deno.test("what is missing is named: the setting, the server", async () => {
  const unset = await run(["github", "ping"], { GITHUB_WEBHOOK_SECRET: "" });
  assert.deepEqual([unset.code, unset.out], [1, ""]);
  assert.match(unset.err, /^GITHUB_WEBHOOK_SECRET is not set/);
  const nobody = await run(["github", "ping", "--url", "http://127.0.0.1:1"], ENV);
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /^No answer from http:\/\/127\.0\.0\.1:1\/webhooks\/github/);
  const help = await run(["--help"], ENV);
  assert.match(help.err, /^usage: webhook:send/);
});
