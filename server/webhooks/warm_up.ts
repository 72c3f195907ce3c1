import { getLogger } from "@logtape/logtape";
import { v4 } from "uuid";
import type { Database } from "@/db/client.ts";
import { acceptDelivery, type AcceptRecord } from "@/db/deliveries.ts";
import { within } from "@/db/process/pause.ts";
import { rehearse } from "@/db/rehearse.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";

const log = getLogger(["agent", "server"]);

/** Deliveries share commits, two of which are under way at most; their look-ups come beside. */
const CONNECTIONS = 4;
const PATIENCE_MS = 10_000;
/** The first run of a piece of JavaScript is slow, and the second one still is. */
const ROUNDS = 2;

/** Handles samples and rolls back, so that the first delivery is as fast as others. Never throws. */
export async function warmUp(
  db: Database,
  webhooks: Pick<Webhooks, "all">,
  public_url: string,
): Promise<void> {
  const builtin = webhooks.all().filter(({ is_builtin }) => is_builtin);
  const onOneConnection = async () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const webhook of builtin) {
        const record = recordOf(webhook, public_url);
        if (record) await rehearse(db, (transaction) => acceptDelivery(transaction, record));
      }
    }
  };
  const all = Promise.all(Array.from({ length: CONNECTIONS }, onOneConnection));
  await within(all, PATIENCE_MS, () => {
    throw new Error(`it took more than ${PATIENCE_MS / 1000} s`);
  }).catch((error) => log.warn("the first deliveries will be slower: {error}", { error }));
}

const SECRET = "whsec_d2hhdCB0aGUgc2FtcGxlcyBhcmUgc2lnbmVkIHdpdGg=";

/** What a sample would write if everybody were trusted there; null: it cannot be used. */
function recordOf(webhook: Webhook, public_url: string): AcceptRecord | null {
  const { provider } = webhook;
  const open: Webhook = {
    ...webhook,
    command_prefix: "@agent",
    secrets: [SECRET],
    trusted_users: ["*"],
  };
  const name = Object.keys(provider.samples).find((name) => provider.samples[name].text !== "");
  if (name === undefined) return null;
  const received_at = new Date();
  const sample = provider.sample(name, SECRET, undefined, received_at);
  const headers = new Headers(sample.headers);
  const body = new TextEncoder().encode(sample.body);
  if (!provider.verify({ headers, body }, open.secrets, received_at).ok) return null;
  const reading = provider.read(headers, body);
  if (reading.kind === "unreadable") return null;
  const context = { headers, body, received_at, public_url, question: null, replay_of: null };
  const { record } = decide(matchDelivery(open, reading), context);
  return { ...record, uses: record.uses.map((use) => ({ ...use, use_key: v4() })) };
}
