import assert from "node:assert/strict";
import { addEvent } from "@/db/events.ts";
import { createApiToken, endSession, findSession } from "@/db/sessions.ts";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { filled, routesOf, things } from "@/tests/server/every_route.ts";

const PATIENCE_MS = 30_000;

interface OpenStream {
  path: string;
  ended: Promise<void>;
  /** Resolves when something comes that has this in it. */
  hears(text: string): Promise<void>;
  leave(): Promise<void>;
}

/** The paths of every stream of server-sent events that the server has. */
async function pathsOfStreams(s: TestServer): Promise<string[]> {
  const values = await things(s);
  const headers = bearer(ADMIN_TOKEN);
  const found: string[] = [];
  for (const { path } of routesOf(s).filter(({ method }) => method === "GET")) {
    const at = filled(path, values);
    const answer = await fetch(s.url + at, { headers, redirect: "manual" });
    await answer.body?.cancel();
    const type = answer.headers.get("content-type");
    if (type?.startsWith("text/event-stream")) found.push(at);
  }
  assert.ok(found.length >= 4, `streams of events: ${found}`);
  return found;
}

/** Opens them all, as whoever these headers name. */
const openAll = (s: TestServer, paths: string[], headers: Record<string, string>) =>
  Promise.all(paths.map(async (path): Promise<OpenStream> => {
    const answer = await fetch(s.url + path, { headers });
    assert.equal(answer.status, 200);
    return reading(path, answer.body!);
  }));

function reading(path: string, body: ReadableStream<Uint8Array<ArrayBuffer>>): OpenStream {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const waiting = new Map<string, () => void>();
  let said = "";
  async function read(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      said += value;
      for (const [text, found] of waiting) if (said.includes(text)) found();
    }
  }
  const ended = read().catch(() => {});
  return {
    path,
    ended,
    hears: (text) =>
      new Promise((resolve) => {
        waiting.set(text, resolve);
        if (said.includes(text)) resolve();
      }),
    leave: () => reader.cancel(),
  };
}

async function withPatience(what: string, done: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited in vain: ${what}`)), PATIENCE_MS);
  try {
    await Promise.race([done, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const makeToken = (s: TestServer, role: "viewer" | "operator" = "operator") =>
  createApiToken(s.db, { name: "a person", role, created_by: "t" });

/** Somebody with open streams, and what ends their right to them. */
const WAYS: Record<
  string,
  (s: TestServer) => Promise<{ headers: Record<string, string>; end: () => Promise<unknown> }>
> = {
  async "a token is revoked"(s) {
    const { token, token_id } = await makeToken(s);
    return { headers: bearer(token), end: () => s.call("DELETE", `/api/tokens/${token_id}`) };
  },
  async "the token that signed them in is revoked"(s) {
    const { token, token_id } = await makeToken(s);
    const cookie = await s.signIn(token);
    return { headers: { cookie }, end: () => s.call("DELETE", `/api/tokens/${token_id}`) };
  },
  async "they sign out in another tab"(s) {
    const cookie = await s.signIn();
    const headers = { cookie, origin: s.url };
    const end = () => s.call("POST", "/sign-out", undefined, { token: null, headers });
    return { headers: { cookie }, end };
  },
  async "their session is ended at another server"(s) {
    const cookie = await s.signIn();
    const { session_id } = (await sessionOf(s, cookie))!;
    return { headers: { cookie }, end: () => endSession(s.db, session_id!) };
  },
  async "their session expires"(s) {
    const cookie = await s.signIn();
    const { session_id } = (await sessionOf(s, cookie))!;
    const end = () =>
      s.db.sql`update sessions set expires_at = now() where session_id = ${session_id}`;
    return { headers: { cookie }, end: async () => await end() };
  },
  async "they are removed"(s) {
    const cookie = await s.signIn();
    const { session_id } = (await sessionOf(s, cookie))!;
    const end = () => s.db.sql`delete from sessions where session_id = ${session_id}`;
    return { headers: { cookie }, end: async () => await end() };
  },
  async "their role is another"(s) {
    const { token, token_id } = await makeToken(s);
    const end = () => s.db.sql`update api_tokens set role = 'viewer' where token_id = ${token_id}`;
    return { headers: bearer(token), end: async () => await end() };
  },
};

const sessionOf = (s: TestServer, cookie: string) =>
  findSession(s.db, cookie.split("=")[1], s.config.admin_token_mac);

Deno.test("every stream ends with the right of its reader, and no other does", async () => {
  await using s = await testServer();
  const paths = await pathsOfStreams(s);
  const others = await openAll(s, paths, bearer(ADMIN_TOKEN));
  others.push(...await openAll(s, paths, { cookie: await s.signIn() }));
  others.push(...await openAll(s, paths, bearer((await makeToken(s, "viewer")).token)));
  for (const [what, begin] of Object.entries(WAYS)) {
    const { headers, end } = await begin(s);
    const open = await openAll(s, paths, headers);
    await end();
    await Promise.all(open.map(({ path, ended }) => withPatience(`${what}: ${path}`, ended)));
  }
  const over = new Set<OpenStream>();
  for (const other of others) void other.ended.then(() => over.add(other));
  await addEvent(s.db.sql, "agent.status", null, { machine_id: "still-heard" });
  const everything = others.filter(({ path }) => path === "/api/events" || path === "/hints");
  for (const other of everything) await withPatience(other.path, other.hears("still-heard"));
  assert.deepEqual([...over].map(({ path }) => path), []);
  await Promise.all(others.map((other) => other.leave()));
});
