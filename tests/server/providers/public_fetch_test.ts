import assert from "node:assert/strict";
import { ProviderError } from "@/server/providers/provider.ts";
import { publicPost, type Ways } from "@/server/providers/public_fetch.ts";
import { addressesOf, systemResolve } from "@/server/providers/public_fetch/lookup.ts";
import { postTo } from "@/server/providers/public_fetch/post.ts";
import { CA, CERT, KEY } from "./public_fetch_certificate.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/** A web server on loopback that keeps what it was sent. */
function listen(answer: Handler = () => new Response("ok"), tls: object = {}) {
  const seen: { path: string; host: string | null; body: string }[] = [];
  const at = { port: 0, hostname: "127.0.0.1", onListen() {}, ...tls };
  const server = Deno.serve(at, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.clone().text();
    seen.push({ path: pathname + search, host: request.headers.get("host"), body });
    return await answer(request);
  });
  const { port } = server.addr;
  return { port, host: `127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: () => server.shutdown() };
}

const post = (url: string, more: object = {}, ways: Ways = {}) =>
  publicPost({ url, headers: { "content-type": "text/plain" }, body: "hello", ...more }, ways);

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}
async function refused(promise: Promise<unknown>, reason: RegExp) {
  const { permanent, message } = await failure(promise);
  assert.match(message, reason);
  assert.equal(permanent, true, message);
}

Deno.test("private addresses are never called: by number, by mapping, by name", async () => {
  await using inside = listen();
  const { port } = inside;
  const private_name: Ways = { resolve: () => Promise.resolve(["127.0.0.1"]) };
  const mixed: Ways = { resolve: () => Promise.resolve(["8.8.8.8", "10.0.0.1"]) };
  await refused(
    post(`https://127.0.0.1:${port}/`),
    /may not be called: 127\.0\.0\.1 is not public/,
  );
  await refused(post(`http://127.0.0.1:${port}/`), /http: instead of https:/);
  await refused(post("https://169.254.169.254/latest"), /link-local/);
  await refused(post(`https://[::1]:${port}/`), /loopback/);
  await refused(post("https://[::ffff:10.0.0.1]/"), /a private network/);
  await refused(
    post(`https://rebind.example:${port}/`, {}, private_name),
    /rebind\.example:\d+ leads to 127\.0\.0\.1, which is not public \(loopback\)/,
  );
  await refused(post("https://rebind.example/", {}, mixed), /leads to 10\.0\.0\.1/);
  assert.deepEqual(inside.seen, []);
});

Deno.test("the machine's own look-up is judged as well", async () => {
  const signal = AbortSignal.timeout(5000);
  const how = { resolve: systemResolve, may_be_private: false, signal };
  await refused(
    addressesOf(new URL("https://localhost/"), how),
    /which is not public \(loopback\)/,
  );
});

Deno.test("an allowed host is called, with its path, its body and its answer", async () => {
  await using hub = listen(() => new Response("thanks", { status: 202 }));
  const answer = await post(`http://${hub.host}/a?b=c`, { allow_hosts: [hub.host] });
  assert.equal(answer.status, 202);
  assert.equal(answer.body, "thanks");
  assert.deepEqual(hub.seen, [{ path: "/a?b=c", host: hub.host, body: "hello" }]);
});

Deno.test("a name is looked up once: what it leads to later changes nothing", async () => {
  await using first = listen();
  await using second = listen();
  let asked = 0;
  const resolve = () => Promise.resolve(asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]);
  const host = `rebind.example:${first.port}`;
  await post(`http://${host}/`, { allow_hosts: [host] }, { resolve });
  assert.equal(asked, 1);
  assert.deepEqual(first.seen.map((seen) => seen.host), [host]);
  // and the connection itself asks nobody: this name has no address at all
  const url = new URL(`http://nowhere.invalid:${second.port}/x`);
  const signal = AbortSignal.timeout(5000);
  const body = new Uint8Array();
  const answer = await postTo({ url, address: "127.0.0.1", headers: {}, body, signal });
  assert.equal(answer.status, 200);
  assert.equal(second.seen[0].host, url.host);
});

Deno.test("the certificate has to be for the name, not for the address", async () => {
  await using hub = listen(undefined, { cert: CERT, key: KEY });
  const ways: Ways = { resolve: () => Promise.resolve(["127.0.0.1"]), ca: CA };
  const to = (name: string, with_ways: Ways = ways) => {
    const host = `${name}:${hub.port}`;
    return post(`https://${host}/x`, { allow_hosts: [host] }, with_ways);
  };
  assert.equal((await to("hooks.example.test")).status, 200);
  assert.equal(hub.seen[0].host, `hooks.example.test:${hub.port}`);
  const other = await failure(to("other.example.test"));
  assert.equal(other.permanent, false);
  assert.match(other.message, /certificate/i);
  await failure(to("hooks.example.test", { resolve: ways.resolve }));
  assert.equal(hub.seen.length, 1);
});

Deno.test("where one address takes no connection, the next one of the name is tried", async () => {
  await using hub = listen();
  const host = `two.example:${hub.port}`;
  const resolve = () => Promise.resolve(["::1", "127.0.0.2", "127.0.0.1"]);
  assert.equal((await post(`http://${host}/`, { allow_hosts: [host] }, { resolve })).status, 200);
  assert.equal(hub.seen.length, 1);
});

Deno.test("a redirect is not followed and not tried again", async () => {
  await using inside = listen();
  for (const status of [301, 302, 303, 307, 308]) {
    await using hub = listen(() =>
      new Response(null, { status, headers: { location: `http://${inside.host}/` } })
    );
    const allow_hosts = [hub.host, inside.host];
    await refused(post(`http://${hub.host}/`, { allow_hosts }), /redirects are not followed/);
  }
  assert.deepEqual(inside.seen, []);
});

Deno.test("a slow answer, a slow look-up and nobody at all: tried again", async () => {
  const never = Promise.withResolvers<Response>();
  await using hub = listen(() => never.promise);
  const how = { allow_hosts: [hub.host], timeout_ms: 100 };
  const slow = await failure(post(`http://${hub.host}/secret-path`, how));
  assert.equal(slow.permanent, false);
  assert.match(slow.message, /it took too long/);
  assert.ok(!slow.message.includes("secret-path"), "addresses hold secrets in their paths");
  const silent: Ways = { resolve: () => Promise.withResolvers<string[]>().promise };
  const unknown = await failure(post("https://slow.example/", { timeout_ms: 100 }, silent));
  assert.equal(unknown.permanent, false);
  assert.match(unknown.message, /took too long/);
  never.resolve(new Response());

  const nobody: Ways = { resolve: () => Promise.resolve([]) };
  assert.equal((await failure(post("https://empty.example/", {}, nobody))).permanent, false);
  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const host = `127.0.0.1:${gone.addr.port}`;
  gone.close();
  const absent = await failure(post(`http://${host}/`, { allow_hosts: [host] }));
  assert.equal(absent.permanent, false);
});

Deno.test("of a huge or endless answer no more than 64 KiB are read", async () => {
  let sent = 0;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(32 * 1024).fill(120));
      },
    });
  await using hub = listen(() => new Response(endless()));
  const answer = await post(`http://${hub.host}/`, { allow_hosts: [hub.host] });
  assert.equal(answer.body.length, 64 * 1024);
  assert.ok(sent < 1000, `${sent} pieces of 32 KiB were made`);
});

Deno.test("a taken message stays taken when the rest of the answer never comes", async () => {
  const stalled = () =>
    new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(3).fill(120)) });
  await using hub = listen(() => new Response(stalled()));
  const how = { allow_hosts: [hub.host], timeout_ms: 200 };
  const answer = await post(`http://${hub.host}/`, how);
  assert.deepEqual([answer.status, answer.body], [200, "xxx"]);
});

const refusals: [number, Record<string, string>, boolean, number | null][] = [
  [400, {}, true, null],
  [401, {}, true, null],
  [404, {}, true, null],
  [410, {}, true, null],
  [408, {}, false, null],
  [429, {}, false, 60],
  [429, { "retry-after": "7" }, false, 7],
  [500, {}, false, null],
  [503, { "retry-after": "30" }, false, 30],
];
for (const [status, headers, permanent, wait] of refusals) {
  Deno.test(`${status} ${JSON.stringify(headers)}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using hub = listen(() => new Response("no", { status, headers }));
    const error = await failure(post(`http://${hub.host}/`, { allow_hosts: [hub.host] }));
    assert.equal(error.status, status);
    assert.equal(error.permanent, permanent);
    assert.equal(error.retry_after_seconds, wait);
  });
}

Deno.test("more than a megabyte is not sent, and what no header may hold is an error", async () => {
  await using hub = listen();
  const allow_hosts = [hub.host];
  const body = "x".repeat(1024 * 1024 + 1);
  await refused(post(`http://${hub.host}/`, { allow_hosts, body }), /1048577 bytes are too long/);
  const headers = { "x-a": "b\r\nx-evil: c" };
  await failure(post(`http://${hub.host}/`, { allow_hosts, headers }));
  assert.deepEqual(hub.seen, []);
});
