import assert from "node:assert/strict";
import { listDeliveries } from "@/db/deliveries/list.ts";
import { Budget, SMALL_BYTES } from "@/server/request_body/budget.ts";
import { testServer, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { commentOf, delivery } from "@/tests/server/webhooks/samples.ts";
import { createdWebhook } from "@/tests/server/webhooks_api/scene.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

const KIB = 1024;
const LARGE = 512 * KIB;

Deno.test("large bodies leave an eighth to small ones, and what is given back is there again", () => {
  const budget = new Budget(8 * LARGE);
  let taken = 0;
  while (budget.take(LARGE, LARGE)) taken++;
  assert.equal(taken, 7);
  assert.ok(!budget.take(1, SMALL_BYTES + 1), "one byte more of a large one");
  let small = 0;
  while (budget.take(SMALL_BYTES, SMALL_BYTES)) small++;
  assert.equal(small, LARGE / SMALL_BYTES);
  assert.ok(!budget.take(1, 1), "all is taken");
  for (let i = 0; i < taken; i++) budget.release(LARGE);
  assert.ok(budget.take(LARGE, LARGE));
});

/** A sender on a raw socket, who decides when each piece of a body goes. */
async function sender(url: string, path: string, headers: Record<string, string>) {
  const { port } = new URL(url);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const lines = Object.entries({ host: "x", ...headers }).map(([name, value]) =>
    `${name}: ${value}`
  );
  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  };
  await write(new TextEncoder().encode(`POST ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`));
  return {
    write,
    /** The head and the start of the answer. */
    async answer(): Promise<string> {
      const bytes = new Uint8Array(16_384);
      let text = "";
      while (!/\r\n\r\n[^]*\}/.test(text)) {
        const read = await conn.read(bytes);
        if (read === null) break;
        text += new TextDecoder().decode(bytes.subarray(0, read));
      }
      return text;
    },
    [Symbol.dispose]: () => conn.close(),
  };
}

const chunk = (size: number): Uint8Array =>
  new Uint8Array([
    ...new TextEncoder().encode(`${size.toString(16)}\r\n`),
    ...new Uint8Array(size),
    13,
    10,
  ]);

Deno.test("past the budget large deliveries are told to come back, small ones get in", async () => {
  const budget = new Budget(8 * LARGE);
  await using s = await testServer({ deps: { budget } });
  const large = { "content-length": String(4 * LARGE) };
  const chunks = { "transfer-encoding": "chunked" };
  const senders = [];
  for (let i = 1; i <= 7; i++) {
    const slow = await sender(s.url, "/webhooks/github", chunks);
    await slow.write(chunk(LARGE)); // and there it stops
    senders.push(slow);
    await untilTrue(() => budget.held_bytes === i * LARGE);
  }
  // one that says how much it is, and one that does not
  using announced = await sender(s.url, "/webhooks/github", large);
  using chunked = await sender(s.url, "/webhooks/github", chunks);
  await chunked.write(chunk(SMALL_BYTES + KIB));
  for (const refused of [announced, chunked]) {
    const answer = await refused.answer();
    assert.match(answer, /^HTTP\/1.1 503 /);
    assert.match(answer, /retry-after: \d+/i);
    assert.match(answer, /application\/problem\+json/);
    assert.match(answer, /too many large deliveries are under way/);
  }
  const request = delivery(commentOf("@agent analyze"), { secret: WEBHOOK_SECRET });
  const small = await fetch(new Request(new URL("/webhooks/github", s.url), request));
  assert.equal((await small.json()).outcome, "accepted");
  for (const slow of senders) slow[Symbol.dispose](); // they break off
  await untilTrue(() => budget.held_bytes === 0);
  const kept = await listDeliveries(s.db, { outcome: "refused" }, { limit: 100 });
  assert.ok(kept.items.some(({ reason }) => reason === "too many large bodies are under way"));
});

Deno.test("whatever becomes of a delivery, it gives back what it held", async () => {
  const budget = new Budget();
  await using s = await testServer({ deps: { budget } });
  const knock = async (change: { secret?: string; event?: string }, payload: unknown) => {
    const request = delivery(payload, { secret: WEBHOOK_SECRET, ...change });
    return (await fetch(new Request(new URL("/webhooks/github", s.url), request))).status;
  };
  assert.equal(await knock({}, commentOf("@agent analyze")), 200);
  assert.equal(await knock({ secret: "wrong" }, commentOf("@agent analyze")), 401);
  assert.equal(await knock({}, [1, 2, 3]), 400);
  assert.equal(budget.held_bytes, 0);
});

Deno.test("nothing is read where nobody can have signed", async () => {
  await using s = await testServer();
  const headers = { "content-length": String(20 * 1024 * KIB) };
  const id = "00000000-0000-7000-8000-000000000000";
  const paths = [
    "/webhooks/nobody",
    "/webhooks/jira",
    `/webhooks/nobody/${id}`,
  ];
  for (const path of paths) {
    using waiting = await sender(s.url, path, headers); // sends no byte of it
    const answer = await waiting.answer();
    assert.match(answer, /^HTTP\/1.1 401 /, path);
  }
});

const NOT_THERE = "00000000-0000-7000-8000-000000000000";

Deno.test("a body that is held back does not tell whether there is a webhook", async () => {
  await using s = await testServer();
  const webhook = await createdWebhook(s);
  for (const length of [100, 300 * KIB]) {
    const headers = { "content-length": String(length) };
    using there = await sender(s.url, `/webhooks/github/${webhook.id}`, headers);
    using not_there = await sender(s.url, `/webhooks/github/${NOT_THERE}`, headers);
    const order: string[] = [];
    const answers = [there, not_there].map((one) => one.answer().then((text) => order.push(text)));
    using other = await sender(s.url, "/webhooks/nobody", headers);
    await other.answer();
    assert.deepEqual(order, [], "both wait for their bodies");
    for (const one of [there, not_there]) await one.write(new Uint8Array(length));
    await Promise.all(answers);
    const [a, b] = (order as string[]).map((text) => text.replace(/^date: .*$/im, ""));
    assert.match(a, /^HTTP\/1.1 401 /);
    assert.equal(a, b, "and answer alike");
  }
});

Deno.test("no body that is refused tells whether there is a webhook", async () => {
  const budget = new Budget(8 * LARGE);
  await using s = await testServer({ deps: { budget } });
  const webhook = await createdWebhook(s);
  const chunked = { "transfer-encoding": "chunked" };
  const crumbs = new TextEncoder().encode("1\r\nx\r\n".repeat(1_100));
  const bad: [string, number, Record<string, string>, Uint8Array][] = [
    ["announced too much", 413, { "content-length": "30000000" }, new Uint8Array()],
    ["more than there is room", 503, { "content-length": String(8 * LARGE) }, new Uint8Array()],
    ["more than there is room comes", 503, chunked, chunk(7 * LARGE + KIB)],
    ["in crumbs", 400, chunked, crumbs],
  ];
  for (const [what, status, headers, body] of bad) {
    const texts: string[] = [];
    for (const id of [webhook.id, NOT_THERE]) {
      using one = await sender(s.url, `/webhooks/github/${id}`, headers);
      await one.write(body).catch(() => {}); // it may be refused before it is all sent
      texts.push((await one.answer()).replace(/^date: .*$/im, ""));
    }
    assert.match(texts[0], new RegExp(`^HTTP/1.1 ${status} `), what);
    assert.equal(texts[0], texts[1], what);
  }
  await untilTrue(() => budget.held_bytes === 0);
});

Deno.test("a token that comes byte by byte holds what is counted, and lets others in", async () => {
  const budget = new Budget(8 * LARGE);
  await using s = await testServer({ deps: { budget } });
  using slow = await sender(s.url, "/sign-in", {
    "transfer-encoding": "chunked",
    "content-type": "application/x-www-form-urlencoded",
  });
  await slow.write(new TextEncoder().encode("1\r\nx\r\n".repeat(900)));
  await untilTrue(() => budget.held_bytes > 0);
  assert.equal(budget.held_bytes, 4 * KIB);
  assert.equal((await s.call("GET", "/api/health")).status, 200);
  await slow.write(new TextEncoder().encode("1\r\nx\r\n".repeat(200)));
  assert.match(await slow.answer(), /^HTTP\/1.1 400 /);
});

Deno.test("who is not signed in yet sends a token, and no more", async () => {
  await using s = await testServer();
  const body = new URLSearchParams({ token: "x".repeat(20_000) });
  const answer = await fetch(`${s.url}/sign-in`, { method: "POST", body });
  await answer.body?.cancel();
  assert.equal(answer.status, 413);
});
