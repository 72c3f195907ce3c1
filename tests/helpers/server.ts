import { HeldSecrets } from "@/db/process/held_secrets.ts";
import type { Redactor } from "@/db/process/redact.ts";
import type { Credential } from "@/db/sessions.ts";
import { createApp } from "@/server/app.ts";
import { loadConfig, type ServerConfig } from "@/server/config.ts";
import { keepWebhooks } from "@/server/webhooks/keep.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { createMetrics } from "@/server/metrics.ts";
import type { Webhooks } from "@/server/webhooks/webhook.ts";
import { type Live, type LiveOptions, startLive } from "@/server/live.ts";
import * as pages from "@/server/pages.tsx";
import { type TestDatabase, testDatabase } from "@/tests/helpers/database.ts";

export const ADMIN_TOKEN = "admin-token-of-the-tests";
/** Whoever has ADMIN_TOKEN, for what asks who reads. */
export const ANYBODY: Credential = { session_id: null, token_id: null, role: "admin" };
export const WEBHOOK_SECRET = "webhook-secret-of-the-tests";

export interface TestServer extends AsyncDisposable {
  url: string;
  db: TestDatabase["db"];
  database_url: string;
  app: App;
  live: Live;
  config: ServerConfig;
  webhooks: Webhooks;
  redactor: Redactor;
  /** Sends as an admin unless `token` says otherwise; null: as nobody. JSON goes as JSON. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** The cookie header of a browser that has signed in with a token. */
  signIn(token?: string): Promise<string>;
}

export interface CallOptions {
  token?: string | null;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON, where it is any. */
  // deno-lint-ignore no-explicit-any -- what it holds is what tests check
  json: any;
}

export interface TestServerOptions {
  env?: Record<string, string>;
  live?: LiveOptions;
  deps?: Partial<AppDeps> | ((database_url: string) => Partial<AppDeps>);
}

/** The real app on a loopback port of its own, over a database of its own. */
export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const t = await testDatabase();
  const live = await startLive(t.db, options.live);
  let app: App | null = null;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) => app!.fetch(request, info),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const config = loadConfig({
    DATABASE_URL: t.url,
    SECRET_KEY: "secret-key-of-the-tests",
    ADMIN_TOKEN,
    GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    PORT: String(server.addr.port),
    ...options.env,
  }, "/nonexistent");
  const webhooks = await keepWebhooks(t.db, config);
  const metrics = createMetrics();
  const { redactor } = new HeldSecrets(config.secrets);
  const deps = typeof options.deps === "function" ? options.deps(t.url) : options.deps;
  app = createApp({ db: t.db, live, config, webhooks, metrics, redactor, pages, ...deps });
  return {
    url,
    db: t.db,
    database_url: t.url,
    app,
    live,
    config,
    webhooks,
    redactor,
    call: (method, path, body, how) => callAt(url + path, method, body, how),
    signIn: (token = ADMIN_TOKEN) => signIn(url, token),
    async [Symbol.asyncDispose]() {
      await live.stop();
      await webhooks.stop();
      await server.shutdown();
      await t[Symbol.asyncDispose]();
    },
  };
}

/** One request to an address, as `TestServer.call` sends it. Bytes and text go as they are. */
export async function callAt(
  url: string,
  method: string,
  body: unknown,
  { token = ADMIN_TOKEN, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: asItIs(body) ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const is_json = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: is_json ? JSON.parse(text) : null,
  };
}

function asItIs(body: unknown): body is string | Uint8Array<ArrayBuffer> | undefined {
  return body === undefined || typeof body === "string" || body instanceof Uint8Array;
}

async function signIn(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token }),
  });
  await response.body?.cancel();
  if (response.status !== 303) throw new Error(`sign-in answered ${response.status}`);
  return response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}
