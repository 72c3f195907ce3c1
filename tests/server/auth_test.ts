import assert from "node:assert/strict";
import { createApiToken, createSignInLink, hashSecret } from "@/db/sessions.ts";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { chatTask } from "@/tests/helpers/records.ts";

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  method: "POST",
  redirect: "manual" as const,
  body: new URLSearchParams(fields),
  headers,
});

Deno.test("without a token there is nothing but a problem document, on every path", async () => {
  await using s = await testServer();
  for (const [method, path] of [["GET", "/api/tasks"], ["POST", "/api/tasks"], ["GET", "/nope"]]) {
    const answer = await s.call(method, path, undefined, { token: null });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    assert.deepEqual([answer.json.status, answer.json.title], [401, "Unauthorized"]);
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
  }
  for (const token of ["wrong", ADMIN_TOKEN + "x", ADMIN_TOKEN.slice(0, -1)]) {
    assert.equal((await s.call("GET", "/api/tasks", undefined, { token })).status, 401);
  }
  assert.equal((await s.call("GET", "/api/tasks")).status, 200);
});

Deno.test("roles: a viewer reads, an operator works, an admin gives tokens out", async () => {
  await using s = await testServer();
  const { task_id } = await chatTask(s.db);
  const tokens: Record<string, string> = { admin: ADMIN_TOKEN };
  for (const role of ["viewer", "operator"]) {
    tokens[role] = (await s.call("POST", "/api/tokens", { name: `a ${role}`, role })).json.token;
  }
  const allowed = async (method: string, path: string, body?: unknown) => {
    const answers = await Promise.all(
      ["viewer", "operator", "admin"].map((role) =>
        s.call(method, path, body, { token: tokens[role] })
      ),
    );
    return answers.map((answer) => answer.status);
  };
  assert.deepEqual(await allowed("GET", "/api/tasks"), [200, 200, 200]);
  assert.deepEqual(await allowed("POST", "/api/chat", { message: "hi" }), [403, 202, 202]);
  assert.deepEqual(await allowed("POST", "/api/tasks", { prompt: "hi" }), [403, 202, 202]);
  assert.deepEqual(await allowed("POST", `/api/tasks/${task_id}/retry`), [403, 409, 409]);
  assert.deepEqual(await allowed("GET", "/api/tokens"), [403, 403, 200]);
  // The role is looked at before the task is.
  assert.deepEqual(await allowed("POST", "/api/tasks/unknown/stop"), [403, 404, 404]);
});

Deno.test("a token is shown once, is listed without its secret, and works until it is revoked", async () => {
  await using s = await testServer();
  const made = await s.call("POST", "/api/tokens", { name: "ci", role: "viewer" });
  assert.equal(made.status, 201);
  const { token, token_id } = made.json;
  const list = await s.call("GET", "/api/tokens");
  assert.deepEqual(list.json.items.map((item: { name: string }) => item.name), ["ci"]);
  assert.ok(!list.text.includes(token));
  const cookie = await s.signIn(token);
  const page = () => s.call("GET", "/api/tasks", undefined, { token: null, headers: { cookie } });
  assert.equal((await page()).status, 200);
  assert.equal((await s.call("DELETE", `/api/tokens/${token_id}`)).status, 204);
  assert.equal((await s.call("GET", "/api/tasks", undefined, { token })).status, 401);
  assert.equal((await page()).status, 401);
  assert.equal((await s.call("DELETE", `/api/tokens/${token_id}`)).status, 404);
  const audited = await s.db.sql`select action, actor from audit order by audit_id`;
  assert.deepEqual(audited.map((row) => `${row.action} by ${row.actor}`), [
    "token.create by admin",
    "sign_in by ci",
    "token.revoke by admin",
  ]);
});

Deno.test("signing in gives a cookie that scripts cannot read, and goes where it was asked to", async () => {
  await using s = await testServer();
  const answer = await fetch(`${s.url}/sign-in`, form({ token: ADMIN_TOKEN, next: "/chat?a=1" }));
  await answer.body?.cancel();
  assert.deepEqual([answer.status, answer.headers.get("location")], [303, "/chat?a=1"]);
  const [cookie] = answer.headers.getSetCookie();
  assert.match(cookie, /^agent_session=[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
  assert.ok(!/Secure/.test(cookie));
  const secret = cookie.split(/[=;]/)[1];
  const stored = await s.db.sql`select * from sessions`;
  assert.ok(!JSON.stringify(stored).includes(secret));
});

Deno.test("behind https the cookie is bound to the host, and browsers are told to stay", async () => {
  await using s = await testServer({ env: { PUBLIC_URL: "https://agent.example.org" } });
  const answer = await fetch(`${s.url}/sign-in`, form({ token: ADMIN_TOKEN }));
  await answer.body?.cancel();
  assert.match(answer.headers.getSetCookie()[0], /^__Host-agent_session=.*Path=\/.*Secure/);
  assert.match(answer.headers.get("strict-transport-security")!, /^max-age=/);
});

Deno.test("signing out ends the session, not only the cookie", async () => {
  await using s = await testServer();
  const cookie = await s.signIn();
  const out = await fetch(`${s.url}/sign-out`, form({}, { cookie, origin: s.url }));
  await out.body?.cancel();
  assert.deepEqual([out.status, out.headers.get("location")], [303, "/sign-in"]);
  const after = await s.call("GET", "/api/tasks", undefined, { token: null, headers: { cookie } });
  assert.equal(after.status, 401);
});

Deno.test("changes by cookie must come from our own pages", async () => {
  await using s = await testServer();
  const cookie = await s.signIn();
  const chat = (origin?: string) =>
    s.call("POST", "/api/chat", { message: "hi" }, {
      token: null,
      headers: { cookie, ...(origin ? { origin } : {}) },
    });
  assert.equal((await chat(s.url)).status, 202);
  assert.equal((await chat(s.url.replace("127.0.0.1", "localhost"))).status, 202);
  for (const origin of ["https://evil.example", "null", undefined, `${s.url}.evil.example`]) {
    assert.equal((await chat(origin)).status, 403, origin);
  }
  // A token is no cookie: a program may call from anywhere.
  const headers = { origin: "https://elsewhere.example" };
  assert.equal((await s.call("POST", "/api/chat", { message: "hi" }, { headers })).status, 202);
  const signIn = await fetch(
    `${s.url}/sign-in`,
    form({ token: ADMIN_TOKEN }, { origin: "https://evil.example" }),
  );
  await signIn.body?.cancel();
  assert.equal(signIn.status, 403);
});

Deno.test("a sign-in link works once, and only when its button is pressed", async () => {
  await using s = await testServer();
  const { admin_token_mac } = s.config;
  const token = await createSignInLink(s.db, { role: "operator", minutes: 15, admin_token_mac });
  const looked = await fetch(`${s.url}/sign-in/link?token=${token}`, { redirect: "manual" });
  await looked.body?.cancel();
  assert.equal(looked.headers.getSetCookie().length, 0);
  const redeem = async () => {
    const answer = await fetch(`${s.url}/sign-in/link`, form({ token }));
    await answer.body?.cancel();
    return answer;
  };
  const [first, second] = await Promise.all([redeem(), redeem()]);
  assert.deepEqual([first.status, second.status].sort(), [303, 401]);
  const cookie = [first, second].flatMap((answer) => answer.headers.getSetCookie())[0];
  const headers = { cookie: cookie.split(";")[0] };
  assert.equal(
    (await s.call("GET", "/api/tasks", undefined, { token: null, headers })).status,
    200,
  );
  const old = await createSignInLink(s.db, { role: "admin", minutes: 0, admin_token_mac });
  const late = await fetch(`${s.url}/sign-in/link`, form({ token: old }));
  await late.body?.cancel();
  assert.equal(late.status, 401);
});

Deno.test("what a role may do follows the token that is used, not the cookie beside it", async () => {
  await using s = await testServer();
  const cookie = await s.signIn();
  const { token } = await createApiToken(s.db, { name: "v", role: "viewer", created_by: "t" });
  const answer = await s.call("GET", "/api/tokens", undefined, { token, headers: { cookie } });
  assert.equal(answer.status, 403);
});

Deno.test("sessions and links that ADMIN_TOKEN stands for end with it, others do not", async () => {
  await using s = await testServer();
  const { token } = await createApiToken(s.db, { name: "ci", role: "viewer", created_by: "t" });
  const { admin_token_mac } = s.config;
  const link = () => createSignInLink(s.db, { role: "admin", minutes: 15, admin_token_mac });
  const [used, unused] = [await link(), await link()];
  const signedIn = await fetch(`${s.url}/sign-in/link`, form({ token: used }));
  await signedIn.body?.cancel();
  const [by_link] = signedIn.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const cookies = [await s.signIn(), by_link, await s.signIn(token)];

  const mayRead = (at: TestServer) =>
    Promise.all(cookies.map(async (cookie) => {
      const read = await at.call("GET", "/api/tasks", undefined, NO_TOKEN(cookie));
      return read.status;
    }));
  assert.deepEqual(await mayRead(s), [200, 200, 200]);

  await using changed = await restarted(s, { ADMIN_TOKEN: "another-token-of-the-tests" });
  assert.deepEqual(await mayRead(changed), [401, 401, 200]);
  const late = await fetch(`${changed.url}/sign-in/link`, form({ token: unused }));
  await late.body?.cancel();
  assert.equal(late.status, 401);
  await using same = await restarted(s, {});
  assert.deepEqual(await mayRead(same), [200, 200, 200]);

  const kept = await s.db.sql`
    select admin_token_mac from sessions union all select admin_token_mac from sign_in_links`;
  const plain = new Uint8Array(hashSecret(ADMIN_TOKEN)).toHex();
  for (const { admin_token_mac } of kept) {
    assert.ok(admin_token_mac === null || !admin_token_mac.includes(plain), "a hash with a key");
  }
});

const NO_TOKEN = (cookie: string) => ({ token: null, headers: { cookie } });

/** Another server on the database of the first, with other settings. */
const restarted = (s: TestServer, env: Record<string, string>) =>
  testServer({ env, deps: { db: s.db } });
