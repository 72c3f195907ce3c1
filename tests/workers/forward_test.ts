import assert from "node:assert/strict";
import { createWebhook } from "@/db/webhooks.ts";
import { newId } from "@/db/ids.ts";
import { forwardSecret } from "@/db/process/seal.ts";
import { custom } from "@/server/providers/custom.ts";
import { connectCustom } from "@/server/providers/custom/reply.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { newStandardSecret, verifyStandard } from "@/server/providers/standard_webhooks.ts";
import { forwardProblem } from "@/server/verbs/commands/forward_problem.ts";
import { newWebhook } from "@/tests/helpers/records.ts";
import { sending } from "@/tests/workers/reply_rows.ts";
import { passOn, withCallback } from "@/workers/send_reply/pass_on.ts";

/** A receiver on loopback that keeps what it is sent. */
function receiver(...answers: Response[]) {
  const seen: { headers: Headers; body: Uint8Array; text: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    seen.push({ headers: request.headers, body, text: new TextDecoder().decode(body) });
    return answers.shift() ?? new Response("ok");
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    seen,
    host,
    url: `http://${host}/in`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** As the worker of a test has it. */
const SECRET_KEY = "a secret key of a test";

type Sending = Awaited<ReturnType<typeof sending>>;

const webhook = ({ db, worker }: Sending, provider: string, secret: string, more = {}) =>
  createWebhook(db, worker.seal, newWebhook({ provider, secret, ...more }), []);

/** The connection of `custom`, where the built-in webhook has this secret. */
const customBy = (secret: string | null) => custom.connection(() => secret, () => {});

const signedWith = (secret: string, { headers, body }: { headers: Headers; body: Uint8Array }) =>
  verifyStandard(headers, body, [secret], new Date(), { secret_setting: "X" }).ok;

Deno.test("an event is forwarded with one id for every try, signed for its receiver alone", async () => {
  await using r = receiver(new Response("busy", { status: 503 }));
  const custom_secret = newStandardSecret();
  await using m = await sending({ forward_hosts: [r.host] });
  m.worker.connections.custom = customBy(custom_secret);
  const secret = newStandardSecret();
  const webhook_id = await webhook(m, "custom", secret);
  const target = { url: r.url, event_type: "issues.opened", webhook_id };
  const id = await m.reply({ kind: "forward", target, body: `{"n":1,"leak":"${secret}"}` });
  assert.equal((await m.send(id)).status, "pending");
  assert.equal((await m.send(id)).status, "sent");
  assert.deepEqual(r.seen.map(({ headers }) => headers.get("webhook-id")), [id, id]);
  assert.equal(r.seen[1].headers.get("x-agent-event"), "issues.opened");
  assert.deepEqual(JSON.parse(r.seen[1].text), { n: 1, leak: "[redacted]" });
  assert.ok(r.seen.every((one) => signedWith(forwardSecret(SECRET_KEY, webhook_id), one)));
  // with either of these, who receives forwards could make up deliveries
  assert.deepEqual([secret, custom_secret].map((one) => signedWith(one, r.seen[1])), [
    false,
    false,
  ]);
});

Deno.test("a forward stays the JSON that it is, whatever is taken out of it", async () => {
  await using r = receiver();
  await using m = await sending({ forward_hosts: [r.host] });
  const secret = "a/secret & quoted";
  const webhook_id = await webhook(m, "github", secret);
  const target = { url: r.url, event_type: "issues.opened", webhook_id };
  const beside = { id: "0123456789abcdef0123", email: "me@example.org" };
  const event = {
    note: "it looks for -----BEGIN PRIVATE KEY-----",
    url: "https://a.example:80",
    beside,
  };
  const escaped = secret.replaceAll("/", "\\/").replaceAll("&", "\\u0026");
  const body = `{"n":12345678901234567890,"leak":"${escaped}","event":${JSON.stringify(event)}}`;
  await m.send(await m.reply({ kind: "forward", target, body }));
  const note = "it looks for [redacted]";
  assert.equal(
    r.seen[0].text,
    `{"n":12345678901234567890,"leak":"[redacted]","event":${JSON.stringify({ ...event, note })}}`,
  );
});

Deno.test("what another webhook forwards is signed with another secret", async () => {
  await using r = receiver();
  await using m = await sending({ forward_hosts: [r.host] });
  const webhook_ids = [await webhook(m, "github", "a plain secret of GitHub's"), newId()];
  for (const webhook_id of webhook_ids) {
    const target = { url: r.url, event_type: "push", webhook_id };
    await m.send(await m.reply({ kind: "forward", target, body: "{}" }));
  }
  const [one, other] = webhook_ids.map((id) => forwardSecret(SECRET_KEY, id));
  assert.deepEqual(r.seen.map((sent) => signedWith(one, sent)), [true, false]);
  assert.deepEqual(r.seen.map((sent) => signedWith(other, sent)), [false, true]);
});

Deno.test("an answer to a custom webhook goes to its callback, in parts, changed later", async () => {
  await using r = receiver();
  await using m = await sending({ forward_hosts: [r.host] });
  const secret = newStandardSecret();
  const webhook_id = await webhook(m, "custom", secret, { callback_url: r.url });
  const target = { object_id: "42", external_id: "custom42", in_reply_to: "7", webhook_id };
  const id = await m.reply({ provider: "custom", target, body: "On it" });
  assert.deepEqual([(await m.send(id)).last_error, r.seen.length], [null, 1]);
  await m.rewrite(id, "Done");
  assert.equal((await m.send(id)).status, "sent");
  const [posted, changed] = r.seen.map(({ text }) => JSON.parse(text));
  assert.deepEqual([posted.type, changed.type], ["agent.comment", "agent.comment.updated"]);
  assert.equal(changed.comment_id, posted.comment_id);
  assert.match(changed.body, /Done/);
  assert.ok(r.seen.every((one) => signedWith(secret, one)));
});

Deno.test("a custom webhook without a callback has no way back, and says so", async () => {
  await using m = await sending();
  const webhook_id = await webhook(m, "custom", newStandardSecret());
  const target = { object_id: "42", external_id: "custom42", in_reply_to: "7", webhook_id };
  const reply = await m.send(await m.reply({ provider: "custom", target, body: "x" }));
  assert.equal(reply.permanent, true);
  assert.match(reply.last_error!, /callback_url/);
});

Deno.test("a callback without a secret that signs is not called", async () => {
  await using r = receiver();
  await using m = await sending({ forward_hosts: [r.host] });
  const unsigned = { command_prefix: null, callback_url: r.url, secret: null };
  const connected = (secret: string | null) =>
    withCallback(m.worker, custom, customBy(secret), unsigned);
  assert.throws(() => connected(null), /CUSTOM_WEBHOOK_SECRET/);
  const custom_secret = newStandardSecret();
  const { callback } = connected(custom_secret);
  assert.equal(callback?.secret, custom_secret);
});

Deno.test("nothing goes out to other hosts, or into our own network", async () => {
  await using r = receiver();
  const webhook_id = newId();
  const refusals: [string[], string, string | null, RegExp][] = [
    [["hooks.example.org:443"], r.url, webhook_id, /is not among FORWARD_HOSTS/],
    [[], r.url, webhook_id, /may not be called/],
    [[], "https://169.254.169.254/latest", webhook_id, /may not be called/],
    [[], "nowhere", webhook_id, /is none/],
    [[r.host], r.url, null, /not a place to forward to/],
  ];
  await using m = await sending();
  for (const [forward_hosts, url, webhook_id, reason] of refusals) {
    Object.assign(m.worker, { forward_hosts });
    const target = { url, event_type: "push", webhook_id };
    const reply = await m.send(await m.reply({ kind: "forward", target, body: "{}" }));
    assert.deepEqual([reply.status, reply.permanent], ["failed", true], String(reason));
    assert.match(reply.last_error!, reason);
  }
  assert.equal(r.seen.length, 0);
});

Deno.test("a listed address may be our own; a listed name may lead to public ones only", async () => {
  await using r = receiver();
  const port = r.host.split(":")[1];
  const resolve = () => Promise.resolve(["10.0.0.1"]);
  await using m = await sending({
    forward_hosts: [`LocalHost:${port}`, "hooks.internal:443", "plain.internal:80", "10.0.0.2:443"],
  });
  const by_secret = customBy(newStandardSecret());
  const forwarded = async (url: string) => {
    const target = { url, event_type: "push", webhook_id: newId() };
    const row = await m.row(await m.reply({ kind: "forward", target, body: "{}" }));
    return await passOn(m.worker, row, "{}", { resolve });
  };
  const answered = async (callback_url: string) => {
    const webhook = { command_prefix: null, callback_url, secret: null };
    const connection = withCallback(m.worker, custom, by_secret, webhook);
    const target = { object_id: "42", external_id: "custom42", in_reply_to: "7" };
    return await connectCustom(connection, { resolve }).comment(target, "hi");
  };
  for (const send of [forwarded, answered]) {
    await refused(send("https://hooks.internal/in"), /leads to 10\.0\.0\.1, which is not public/);
    await refused(send("https://Hooks.Internal/in"), /not public/);
    await refused(send("http://plain.internal/in"), /http: instead of https:/);
    await refused(send("http://127.0.0.1:1/in"), /is not among FORWARD_HOSTS/);
  }
  // with the machine's own look-up: a listed localhost is reached, by http too
  const target = { url: `http://localhost:${port}/in`, event_type: "push", webhook_id: newId() };
  const sent = await m.send(await m.reply({ kind: "forward", target, body: "{}" }));
  assert.deepEqual([sent.last_error, r.seen.length], [null, 1]);
});

Deno.test("an address is judged by the same list when a command or a webhook is stored", () => {
  const problem = (address: string, ...hosts: string[]) => forwardProblem(address, hosts);
  assert.equal(problem("https://hooks.example.com/x"), null);
  assert.match(problem("http://127.0.0.1:9000/x")!, /http: instead/);
  assert.equal(problem("http://127.0.0.1:9000/x", "127.0.0.1:9000"), null);
  assert.equal(problem("http://[::1]:9000/x", "[::1]:9000"), null);
  assert.equal(problem("http://LOCALHOST:9000/x", "localhost:9000"), null);
  assert.match(problem("http://127.0.0.1:9001/x", "127.0.0.1:9000")!, /http: instead/);
  assert.equal(problem("https://hooks.example.com/x", "Hooks.Example.com:443"), null);
  assert.match(problem("http://hooks.example.com/x", "hooks.example.com:80")!, /http: instead/);
  assert.match(problem("https://other.example.com/x", "hooks.example.com:443")!, /FORWARD_HOSTS/);
});

async function refused(sending: Promise<unknown>, reason: RegExp): Promise<void> {
  const error = await sending.then(() => assert.fail("it went out"), (error) => error);
  assert.ok(error instanceof ProviderError, String(error));
  assert.match(error.message, reason);
}
