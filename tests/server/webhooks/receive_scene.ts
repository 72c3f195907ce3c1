import type { Database } from "@/db/client.ts";
import { listDeliveries } from "@/db/deliveries/list.ts";
import { type ReceiveDeps, receiveWebhook } from "@/server/webhooks/receive.ts";
import { github } from "@/server/providers/github.ts";
import { type WebhookChange, webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";
import { type Change, delivery, SECRET } from "./samples.ts";

export const MAX = 25 * 1024 * 1024;

/** A receiver with one webhook of GitHub. */
export function depsOf(db: Database, webhook: WebhookChange = {}): ReceiveDeps {
  return {
    db,
    webhooks: webhooksOf(webhookOf(github, { secrets: [SECRET], ...webhook })),
    public_url: "http://127.0.0.1:8000",
    now: () => new Date(),
  };
}

/** Posts and reads the answer. */
export async function post(
  deps: ReceiveDeps,
  body: unknown,
  change: Change = {},
  provider = "github",
) {
  const response = await receiveWebhook(deps, provider, delivery(body, change));
  return { status: response.status, body: await response.json() };
}
export const newest = async (db: Database) => (await listDeliveries(db, {}, { limit: 100 })).items;
