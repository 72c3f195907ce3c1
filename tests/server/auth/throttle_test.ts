import assert from "node:assert/strict";
import { createApp } from "@/server/app.ts";
import { clientAddress, countedAs, proxyList } from "@/server/auth/client_address.ts";
import { Throttle } from "@/server/auth/throttle.ts";
import { ConfigError, loadConfig } from "@/server/config.ts";
import { createMetrics } from "@/server/metrics.ts";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";

const peer = (hostname: string): Deno.NetAddr => ({ transport: "tcp", hostname, port: 1 });
const ours = proxyList(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);

Deno.test("the client is the rightmost address that is no proxy of ours, if a proxy says so", () => {
  const cases: [from: string, forwarded: string | undefined, client: string][] = [
    ["198.51.100.1", undefined, "198.51.100.1"],
    ["198.51.100.1", "203.0.113.9", "198.51.100.1"], // it is nobody's proxy: it may say anything
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"], // the client made the left one up
    ["10.0.0.1", "1.1.1.1, 203.0.113.9, 10.2.3.4,192.0.2.7", "203.0.113.9"],
    ["10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"],
    ["10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"],
    ["10.0.0.1", "203.0.113.9, _hidden, 10.0.0.9", "10.0.0.9"],
    ["10.0.0.1", ",,", "10.0.0.1"],
    ["10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
    ["10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
    ["::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"],
    ["fd00::1", "2001:DB8::1", "2001:db8::1"],
    ["fe80::1%eth0", "203.0.113.9", "fe80::1"],
  ];
  for (const [from, forwarded, client] of cases) {
    assert.equal(clientAddress(peer(from), forwarded, ours), client, `${from} ${forwarded}`);
  }
  assert.equal(clientAddress(undefined, "203.0.113.9", ours), "unknown");
  assert.equal(clientAddress({ transport: "unix", path: "/x" }, "203.0.113.9", ours), "unknown");
});

Deno.test("an IPv6 network of 64 bits counts as one", () => {
  assert.equal(countedAs("203.0.113.9"), "203.0.113.9");
  const one = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:0db8:1:2:3:4:5:6"].map(countedAs);
  assert.deepEqual(one, Array(3).fill("2001:db8:1:2::/64"));
  assert.equal(countedAs("::1"), "0:0:0:0::/64");
  assert.equal(countedAs("unknown"), "unknown");
});

Deno.test("TRUSTED_PROXIES is a list of addresses and networks, and nothing else", () => {
  const load = (TRUSTED_PROXIES: string) =>
    loadConfig({
      DATABASE_URL: "postgres://x/y",
      SECRET_KEY: "secret-key-of-the-tests",
      TRUSTED_PROXIES,
    }, "/nonexistent");
  assert.ok(load("10.0.0.0/8, ::1").trusted_proxies.check("10.1.1.1"));
  for (
    const wrong of ["proxy.example", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.1/8/8", "*"]
  ) {
    assert.throws(() => load(wrong), ConfigError, wrong);
  }
});

const wrong = () => Promise.resolve(null);
const tooMany = (seconds: number) => new Error(`wait ${seconds}`);

Deno.test("guesses from one address and at one token are slowed, and others are not", async () => {
  let now = 1_000_000;
  const throttle = new Throttle(() => now);
  let looked = 0;
  const guess = (address: string, token: string) =>
    throttle.check(address, token, () => (looked++, wrong()), tooMany);
  for (let i = 0; i < 10; i++) assert.equal(await guess("a", `${i} is a guess`), null);
  await assert.rejects(guess("a", "one more guess"), /wait 300/);
  looked = 0;
  for (let i = 0; i < 50; i++) await assert.rejects(guess("a", `${i} again, a guess`), /wait/);
  assert.equal(looked, 9, "a flood is not looked up: ten in a second are, the first before");
  assert.equal(await guess("b", "another one's mistake"), null);
  for (let i = 0; i < 10; i++) assert.equal(await guess(`c${i}`, `cca_12345678${i}`), null);
  await assert.rejects(guess("d", "cca_12345678x"), /wait/);
  now += 5 * 60_000;
  assert.equal(await guess("a", "much later"), null);
  assert.equal(await guess("d", "cca_12345678x"), null);
});

Deno.test("who was right stays in whatever others guess, and who is right gets in", async () => {
  let now = 1_000_000;
  const throttle = new Throttle(() => now);
  const right = (token: string) => throttle.check("a", token, () => Promise.resolve("me"), tooMany);
  assert.equal(await right("known from before"), "me");
  for (let i = 0; i < 10; i++) await throttle.check("a", `${i} is a guess`, wrong, tooMany);
  for (let i = 0; i < 20; i++) assert.equal(await right("known from before"), "me");
  for (let i = 0; i < 10; i++) assert.equal(await right(`${i} is seen for the first time`), "me");
  await assert.rejects(right("never seen yet either"), /wait 1$/);
  now += 1_000;
  assert.equal(await right("never seen yet either"), "me");
});

Deno.test("a flood of wrong cookies is not looked up, and right ones count for nothing", async () => {
  let now = 1_000_000;
  const throttle = new Throttle(() => now);
  const show = (secret: string, holder: string | null) =>
    throttle.checkCookie("a", secret, () => Promise.resolve(holder), tooMany);
  for (let i = 0; i < 300; i++) assert.equal(await show(`${i} is right`, "me"), "me");
  for (let i = 0; i < 100; i++) assert.equal(await show(`${i} is wrong`, null), null);
  await assert.rejects(show("new and right", "me"), /wait 1$/);
  assert.equal(await show("0 is right", "me"), "me", "who was right stays in");
  throttle.noteRight("given out just now");
  assert.equal(await show("given out just now", "me"), "me");
  now += 1_000;
  assert.equal(await show("new and right", "me"), "me");
});

Deno.test("whoever is signed in stays in under a flood, fresh and after a restart, too", async () => {
  await using s = await testServer();
  const old = await s.signIn();
  const { live, config, webhooks, redactor } = s;
  const db = { ...s.db }; // of which nothing is known yet, as in a new process
  const app = createApp({ db, live, config, webhooks, redactor, metrics: createMetrics() });
  const guess = (i: number) => ({ headers: { authorization: `Bearer wrong-${i}` } });
  const status = async (answer: Response | Promise<Response>) => {
    const { body, status } = await answer;
    await body?.cancel();
    return status;
  };
  for (let i = 0; i < 40; i++) {
    await status(s.app.request("/api/tasks", guess(i)));
    await status(app.request("/api/tasks", guess(i)));
  }
  assert.equal(await status(app.request("/api/tasks", guess(99))), 429, "it is a flood");
  const after = await app.request("/api/tasks", { headers: { cookie: old } });
  assert.equal(await status(after), 200, "the cookie of before the restart");
  const fresh = await s.signIn();
  const first = await s.app.request("/api/tasks", { headers: { cookie: fresh } });
  assert.equal(await status(first), 200, "the first request of a new session");
});

Deno.test("what is kept of guesses is bounded: the oldest are forgotten", async () => {
  const throttle = new Throttle(() => 1);
  for (let i = 0; i < 10; i++) await throttle.check("a", `${i} is a guess`, wrong, tooMany);
  assert.ok(throttle.wait(["address a"]) > 0);
  for (let i = 0; i < 12_000; i++) await throttle.check(`x${i}`, `${i} is a guess`, wrong, tooMany);
  assert.equal(throttle.wait(["address a"]), 0);
});

const statusOf = async (request: Promise<Response>) => {
  const answer = await request;
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
};

const ways: Record<
  string,
  (s: TestServer, url: string, secret: string, from: string) => Promise<Response>
> = {
  bearer: (_, url, secret, from) =>
    fetch(`${url}/api/tasks`, {
      headers: { authorization: `Bearer ${secret}`, "x-forwarded-for": from },
    }),
  "sign-in": (_, url, token, from) =>
    fetch(`${url}/sign-in`, {
      method: "POST",
      redirect: "manual" as const,
      headers: { "x-forwarded-for": from },
      body: new URLSearchParams({ token }),
    }),
};

for (const [way, guess] of Object.entries(ways)) {
  Deno.test(`guesses by ${way} are slowed by address, and nobody else is`, async () => {
    await using s = await testServer({ env: { TRUSTED_PROXIES: "127.0.0.1" } });
    const cookie = await s.signIn();
    const guessAt = (text: string, from: string) => statusOf(guess(s, s.url, text, from));
    for (let i = 0; i < 10; i++) {
      assert.equal((await guessAt(`${i}-is-a-guess`, "203.0.113.9")).status, 401);
    }
    const refused = await guessAt("one-guess-more", "203.0.113.9");
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("content-type"), "application/problem+json");
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.equal((await guessAt("a-mistake", "203.0.113.8")).status, 401, "another address");
    const from = { "x-forwarded-for": "203.0.113.9" };
    const by = (headers: Record<string, string>, token: string | null) =>
      s.call("GET", "/api/tasks", undefined, { token, headers: { ...from, ...headers } });
    assert.equal((await by({ cookie }, null)).status, 200, "who is signed in stays so");
    assert.equal((await by({}, ADMIN_TOKEN)).status, 200, "a token that is right is right");
  });
}

Deno.test("a client cannot make itself another one, behind a proxy neither", async () => {
  await using s = await testServer({ env: { TRUSTED_PROXIES: "127.0.0.0/8" } });
  await using proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.append("x-forwarded-for", "203.0.113.9"); // as nginx does with whom it heard
    return fetch(s.url + pathname, { headers, redirect: "manual" });
  });
  const url = `http://127.0.0.1:${proxy.addr.port}`;
  const guess = (i: number) => statusOf(ways.bearer(s, url, `${i}-is-a-guess`, `198.51.100.${i}`));
  for (let i = 0; i < 10; i++) assert.equal((await guess(i)).status, 401);
  assert.equal((await guess(10)).status, 429);
  await using alone = await testServer(); // believes nobody
  const lie = (i: number) => statusOf(ways.bearer(s, alone.url, `${i}-a-guess`, `198.51.100.${i}`));
  for (let i = 0; i < 10; i++) assert.equal((await lie(i)).status, 401);
  assert.equal((await lie(10)).status, 429);
});

Deno.test("the audit names the client's address, not the proxy's", async () => {
  await using s = await testServer({ env: { TRUSTED_PROXIES: "127.0.0.1" } });
  const answer = await ways["sign-in"](s, s.url, ADMIN_TOKEN, "1.1.1.1, 2001:db8::9");
  await answer.body?.cancel();
  const [{ detail }] = await s.db.sql`select detail from audit where action = 'sign_in'`;
  assert.equal(detail.address, "2001:db8::9");
});
