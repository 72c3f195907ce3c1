import { connect, type Database } from "@/db/client.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { createApp } from "@/server/app.ts";
import { loadConfig } from "@/server/config.ts";
import { keepWebhooks } from "@/server/webhooks/keep.ts";
import type { App } from "@/server/env.ts";
import { startLive } from "@/server/live.ts";
import { createMetrics } from "@/server/metrics.ts";
import * as pages from "@/server/pages.tsx";
import { SECRET_KEY } from "@/tests/bench/pages/seed_webhooks.ts";

const ADMIN_TOKEN = "admin-token-of-the-bench";

/** The real app over a database, asked in this process by somebody who has signed in. */
export interface OpenApp extends AsyncDisposable {
  app: App;
  db: Database;
  /** Asks for a page or a list and reads the answer; of a stream that goes on, its beginning. */
  get(path: string): Promise<number>;
}

/** Opens it with `connections` to the database. */
export async function openApp(url: string, connections = 4): Promise<OpenApp> {
  const db = connect(url, { max: connections });
  const beside = connect(url, { max: 2 });
  const env = { DATABASE_URL: url, SECRET_KEY, ADMIN_TOKEN, GITHUB_WEBHOOK_SECRET: "a secret" };
  const config = loadConfig(env, "/nonexistent");
  const live = await startLive(beside);
  const webhooks = await keepWebhooks(beside, config);
  const metrics = createMetrics();
  const { redactor } = new HeldSecrets(config.secrets);
  const app = createApp({ db, live, config, webhooks, metrics, redactor, pages });
  const cookie = await signIn(app);
  return {
    app,
    db,
    get: async (path) => await answered(await app.request(path, { headers: { cookie } })),
    async [Symbol.asyncDispose]() {
      await live.stop();
      await webhooks.stop();
      await Promise.all([db.close(), beside.close()]);
    },
  };
}

async function signIn(app: App): Promise<string> {
  const body = new URLSearchParams({ token: ADMIN_TOKEN });
  const answer = await app.request("/sign-in", { method: "POST", body });
  return answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}

async function answered(answer: Response): Promise<number> {
  const streams = answer.headers.get("content-type")?.startsWith("text/event-stream");
  if (streams) await answer.body?.cancel();
  else await answer.arrayBuffer();
  return answer.status;
}
