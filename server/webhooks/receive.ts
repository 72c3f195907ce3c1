/** The story of a delivery: verify → read → match → one commit → answer. */
import type { Database } from "@/db/client.ts";
import { acceptDelivery, recordAnswerTime } from "@/db/deliveries.ts";
import { providers } from "@/server/providers/mod.ts";
import { readBody } from "@/server/webhooks/body.ts";
import { decide } from "@/server/webhooks/decide.ts";
import type { DoorSettings } from "@/server/webhooks/trust.ts";
import { turnAway, type TurnedAway } from "@/server/webhooks/turn_away.ts";

const LIMITS = { max_bytes: 25 * 1024 * 1024, timeout_ms: 30_000 };

export interface ReceiveDeps {
  db: Database;
  config: {
    command_prefix: string;
    /** settings of the built-in door of each provider, by the provider's name */
    doors: Record<string, DoorSettings | undefined>;
  };
  now: () => Date;
  limits?: typeof LIMITS;
}

/**
 * Answers one delivery with `{ outcome, delivery_id, task_ids }` or a problem document.
 * `webhook_id` names a created door; until there are any, it names nothing.
 * @throws when the database does not take the delivery: the sender is to see a 5xx
 */
export async function receiveWebhook(
  deps: ReceiveDeps,
  provider_name: string,
  request: Request,
  webhook_id: string | null = null,
): Promise<Response> {
  const started = performance.now();
  const received_at = deps.now();
  const { headers } = request;
  const provider = webhook_id === null ? providers.get(provider_name) : undefined;
  const door = provider && deps.config.doors[provider.name];
  let body_bytes = 0;
  const refuse = (status: TurnedAway["status"], reason: string, authentic = false) =>
    turnAway(deps.db, {
      ...{ status, reason, authentic, headers, body_bytes },
      provider: provider ?? null,
      answered_ms: performance.now() - started,
    });

  const { max_bytes, timeout_ms } = deps.limits ?? LIMITS;
  const read_body = await readBody(request, max_bytes, timeout_ms);
  body_bytes = read_body.ok ? read_body.bytes.length : read_body.read_bytes;
  if (!read_body.ok) return await refuse(read_body.status, read_body.reason);
  const body = read_body.bytes;

  // a door that is not there costs the same as one that is
  const verdict = (provider ?? anyProvider).verify(
    { headers, body },
    door?.secrets ?? [],
    received_at,
  );
  if (!provider) return await refuse(401, "there is no such webhook");
  if (!door) return await refuse(401, `${provider.secret_setting} is not set`);
  if (!verdict.ok) return await refuse(401, verdict.reason);

  const reading = provider.read(headers, body);
  if (reading.kind === "unreadable") return await refuse(400, reading.reason, true);

  const { command_prefix } = deps.config;
  const { outcome, delivery_id, task_ids } = await acceptDelivery(
    deps.db,
    decide({ provider, door, reading, command_prefix, headers, body, received_at }),
  );
  if (outcome !== "duplicate") {
    recordAnswerTime(deps.db, delivery_id, performance.now() - started);
  }
  return Response.json({ outcome, delivery_id, task_ids });
}

const anyProvider = [...providers.values()][0];
