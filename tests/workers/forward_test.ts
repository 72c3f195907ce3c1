import assert from "node:assert/strict";
import { createWebhook } from "@/db/webhooks.ts";
import { newStandardSecret, verifyStandard } from "@/server/providers/standard_webhooks.ts";
import { sending } from "@/tests/workers/reply_rows.ts";

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

type Sending = Awaited<ReturnType<typeof sending>>;

const door = ({ db, worker }: Sending, provider: string, secret: string, more = {}) =>
  createWebhook(db, worker.seal, {
    ...{ provider, secret, name: "W", description: "", enabled: true, command_prefix: null },
    ...{ default_command: null, target_agent: null, callback_url: null, created_by: null },
    ...more,
  }, []);

const signedWith = (secret: string, { headers, body }: { headers: Headers; body: Uint8Array }) =>
  verifyStandard(headers, body, [secret], new Date(), { secret_setting: "X" }).ok;

Deno.test("an event is forwarded, signed by its webhook, with one id for every try", async () => {
  await using r = receiver(new Response("busy", { status: 503 }));
  await using m = await sending({ forward_hosts: [r.host] });
  const secret = newStandardSecret();
  const webhook_id = await door(m, "custom", secret);
  const target = { url: r.url, event_type: "issues.opened", webhook_id };
  const id = await m.reply({ kind: "forward", target, body: `{"n":1,"leak":"${secret}"}` });
  assert.equal((await m.send(id)).status, "pending");
  assert.equal((await m.send(id)).status, "sent");
  assert.deepEqual(r.seen.map(({ headers }) => headers.get("webhook-id")), [id, id]);
  assert.equal(signedWith(secret, r.seen[1]), true);
  assert.equal(r.seen[1].headers.get("x-agent-event"), "issues.opened");
  assert.deepEqual(JSON.parse(r.seen[1].text), { n: 1, leak: "[redacted]" });
});

Deno.test("a webhook whose secret is of another form signs with that of the custom door", async () => {
  await using r = receiver();
  const custom_secret = newStandardSecret();
  await using m = await sending({ forward_hosts: [r.host], custom_secret });
  const webhook_id = await door(m, "github", "a plain secret of GitHub's");
  const target = { url: r.url, event_type: "push", webhook_id };
  await m.send(await m.reply({ kind: "forward", target, body: "{}" }));
  assert.equal(signedWith(custom_secret, r.seen[0]), true);
});

Deno.test("an answer to a custom webhook goes to its callback, in parts, changed later", async () => {
  await using r = receiver();
  await using m = await sending({ forward_hosts: [r.host] });
  const secret = newStandardSecret();
  const webhook_id = await door(m, "custom", secret, { callback_url: r.url });
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
  const webhook_id = await door(m, "custom", newStandardSecret());
  const target = { object_id: "42", external_id: "custom42", in_reply_to: "7", webhook_id };
  const reply = await m.send(await m.reply({ provider: "custom", target, body: "x" }));
  assert.equal(reply.permanent, true);
  assert.match(reply.last_error!, /callback_url/);
});

Deno.test("nothing goes out unsigned, to other hosts, or into our own network", async () => {
  await using r = receiver();
  const custom_secret = newStandardSecret();
  const refusals: [Partial<Sending["worker"]>, string, RegExp][] = [
    [{ forward_hosts: [r.host] }, r.url, /CUSTOM_WEBHOOK_SECRET/],
    [
      { forward_hosts: ["hooks.example.org:443"], custom_secret },
      r.url,
      /is not among FORWARD_HOSTS/,
    ],
    [{ custom_secret }, r.url, /may not be called/],
    [{ custom_secret }, "https://169.254.169.254/latest", /may not be called/],
    [{ custom_secret }, "nowhere", /is none/],
  ];
  await using m = await sending();
  for (const [changes, url, reason] of refusals) {
    Object.assign(m.worker, { forward_hosts: [], custom_secret: null, ...changes });
    const target = { url, event_type: "push", webhook_id: null };
    const reply = await m.send(await m.reply({ kind: "forward", target, body: "{}" }));
    assert.deepEqual([reply.status, reply.permanent], ["failed", true], String(reason));
    assert.match(reply.last_error!, reason);
  }
  assert.equal(r.seen.length, 0);
});
