/** Webhooks of the real app, and people at GitHub who knock. */
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { createApp } from "@/server/app.ts";
import { loadConfig } from "@/server/config.ts";
import { keepWebhooks } from "@/server/webhooks/keep.ts";
import { createMetrics } from "@/server/metrics.ts";
import { type Answer, type TestServer, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { commentOf, delivery, type Payload } from "@/tests/server/webhooks/samples.ts";

let last = Date.now();

/** A comment of the repository's owner, each one another, on an issue of its own. */
export const comment = (text: string, change: (payload: Payload) => void = () => {}): Payload =>
  commentOf(text, (payload) => {
    payload.comment.id = ++last;
    payload.issue.number = last;
    change(payload);
  });

export interface Taken {
  status: number;
  outcome: string;
  delivery_id: string;
  task_ids: string[];
}

/** GitHub posts a signed payload to a webhook. */
export async function knock(
  s: Pick<TestServer, "app">,
  payload: unknown,
  { path = "/webhooks/github", secret = WEBHOOK_SECRET, event = "issue_comment" } = {},
): Promise<Taken> {
  const signed = delivery(payload, { secret, event });
  const response = await s.app.fetch(new Request(new URL(path, "http://127.0.0.1"), signed));
  return { status: response.status, ...await response.json() };
}

/** Makes something that has to be made. */
export async function made(
  s: Pick<TestServer, "call">,
  path: string,
  body: unknown,
  status = 201,
): Promise<Answer["json"]> {
  const answer = await s.call("POST", path, body);
  assert.equal(answer.status, status, answer.text);
  return answer.json;
}

/** A created webhook of GitHub with its secret and the path of its address. */
export async function createdWebhook(s: TestServer, more: Record<string, unknown> = {}) {
  const { webhook_id, address, secret } = await made(s, "/api/webhooks", {
    provider: "github",
    separate_endpoint: true,
    ...more,
  });
  return { id: webhook_id as string, secret, path: new URL(address).pathname };
}

/** Tokens of somebody who may look, and of somebody who may operate. */
export async function tokens(s: TestServer): Promise<{ viewer: string; operator: string }> {
  const token = async (role: string) =>
    (await made(s, "/api/tokens", { name: role, role })).token as string;
  return { viewer: await token("viewer"), operator: await token("operator") };
}

/** Another server process over the same database: its own connections, webhooks and settings. */
export async function otherServer(s: TestServer, env: Record<string, string> = {}) {
  const db = connect(s.database_url, { max: 4 });
  const config = loadConfig({
    DATABASE_URL: s.database_url,
    SECRET_KEY: "secret-key-of-the-tests",
    ADMIN_TOKEN: s.config.admin_token!.reveal(),
    GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    ...env,
  }, "/nonexistent");
  const webhooks = await keepWebhooks(db, config);
  const { redactor } = new HeldSecrets(config.secrets);
  const app = createApp({ db, live: s.live, config, webhooks, metrics: createMetrics(), redactor });
  return {
    app,
    webhooks,
    async [Symbol.asyncDispose]() {
      await webhooks.stop();
      await db.close();
    },
  };
}

/** Paths of the fields that an answer says are wrong. */
export const fieldsOf = ({ json }: Answer): string[] =>
  (json.errors ?? []).map((error: { path: string }) => error.path);
