import assert from "node:assert/strict";
import { custom } from "@/server/providers/custom.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { newStandardSecret, verifyStandard } from "@/server/providers/standard_webhooks.ts";

const SECRET = newStandardSecret();
const TARGET = { object_id: "order-4711", external_id: "custom:order-4711", in_reply_to: "m7" };
const BODY = "<!-- agent:t1 -->\non it";

/** Somebody's own system on loopback, which verifies what it is sent. */
function receiver(answer: () => Response = () => new Response(null, { status: 204 })) {
  // deno-lint-ignore no-explicit-any -- JSON as it came
  const seen: { id: string | null; verified: boolean; told: any }[] = [];
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const body = await request.bytes();
    const names = { secret_setting: "AGENT_SECRET" };
    const { ok } = verifyStandard(request.headers, body, [SECRET], new Date(), names);
    const told = JSON.parse(new TextDecoder().decode(body));
    seen.push({ id: request.headers.get("webhook-id"), verified: ok, told });
    return answer();
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const connect = (change: Partial<Connection> = {}) =>
    custom.connect({
      base_url: "",
      token: null,
      callback: { url: `http://${host}/agent`, secret: SECRET },
      allow_hosts: [host],
      ...change,
    });
  return { seen, connect, sender: connect(), [Symbol.asyncDispose]: () => server.shutdown() };
}

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("a comment is posted to the callback, signed, saying what it answers", async () => {
  await using shop = receiver();
  const made = await shop.sender.comment(TARGET, BODY);
  assert.deepEqual(made, { comment_id: "t1", url: null });
  assert.equal(shop.seen[0].verified, true);
  assert.deepEqual(shop.seen[0].told, {
    type: "agent.comment",
    object_id: "order-4711",
    external_id: "custom:order-4711",
    in_reply_to: "m7",
    comment_id: "t1",
    body: BODY,
  });
});

Deno.test("an update has the id of its comment; each new text is a new message", async () => {
  await using shop = receiver();
  await shop.sender.comment(TARGET, BODY);
  await shop.sender.updateComment(TARGET, "t1", "half done");
  await shop.sender.updateComment(TARGET, "t1", "done");
  assert.deepEqual(shop.seen.map(({ told }) => [told.type, told.comment_id, told.body]), [
    ["agent.comment", "t1", BODY],
    ["agent.comment.updated", "t1", "half done"],
    ["agent.comment.updated", "t1", "done"],
  ]);
  assert.equal(new Set(shop.seen.map(({ id }) => id)).size, 3);
});

Deno.test("a repeat has the id of the first, so the receiver takes it once", async () => {
  await using shop = receiver();
  for (let i = 0; i < 2; i++) {
    await shop.sender.comment(TARGET, BODY);
    await shop.sender.updateComment(TARGET, "t1", "done");
  }
  const ids = shop.seen.map(({ id }) => id);
  assert.deepEqual(ids.slice(0, 2), ids.slice(2));
  assert.equal(await shop.sender.findComment(TARGET, "t1", null), null);
  await shop.sender.comment(TARGET, BODY.replace("t1", "t1.2"));
  assert.ok(!ids.includes(shop.seen[4].id));
});

Deno.test("without a callback nothing is posted, and the error says what to set", async () => {
  await using shop = receiver();
  const error = await failure(shop.connect({ callback: null }).comment(TARGET, BODY));
  assert.equal(error.permanent, true);
  assert.match(error.message, /this webhook has no callback_url/);
  const unsigned = shop.connect({ callback: { url: "https://example.com/", secret: "plain" } });
  assert.match((await failure(unsigned.comment(TARGET, BODY))).message, /cannot sign its callback/);
});

Deno.test("a callback inside our own network is not called", async () => {
  await using shop = receiver();
  for (const url of ["https://127.0.0.1/", "https://169.254.169.254/", "http://example.com/"]) {
    const sender = shop.connect({ callback: { url, secret: SECRET }, allow_hosts: [] });
    const error = await failure(sender.comment(TARGET, BODY));
    assert.equal(error.permanent, true, url);
    assert.match(error.message, /may not be called/);
  }
  assert.deepEqual(shop.seen, []);
});

Deno.test("a receiver that is down or busy is tried again, one that refuses is not", async () => {
  const answers = [503, 429, 410, 302].map((status) => new Response("no", { status }));
  await using shop = receiver(() => answers.shift()!);
  const failed = async () => (await failure(shop.sender.comment(TARGET, BODY))).permanent;
  assert.deepEqual([await failed(), await failed(), await failed(), await failed()], [
    false,
    false,
    true,
    true,
  ]);
});

Deno.test("what is no target of ours is refused", async () => {
  await using shop = receiver();
  for (const target of [null, {}, { ...TARGET, object_id: 5 }]) {
    assert.equal((await failure(shop.sender.comment(target, BODY))).permanent, true);
  }
  assert.deepEqual(shop.seen, []);
});
