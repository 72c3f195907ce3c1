import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";
import { refuseDelivery } from "@/db/deliveries/refuse.ts";
import { noteOutage } from "@/server/outage.ts";
import type { Provider } from "@/server/providers/provider.ts";

const log = getLogger(["agent", "webhooks"]);

// anybody can send what is refused: a flood of it must not take the database from the others
const MAX_RECORDING = 16;
let recording = 0;

const RETRY_AFTER_SECONDS = 5;

const ANSWERS = {
  400: ["Bad Request", "the delivery could not be read"],
  401: ["Unauthorized", "no such webhook, or its signature is missing or wrong"],
  408: ["Request Timeout", "the body took too long"],
  413: ["Content Too Large", "the body is larger than 25 MiB"],
  503: ["Service Unavailable", "too many large deliveries are under way: send it again later"],
} as const;

export interface Refusal {
  status: keyof typeof ANSWERS;
  /** the true one: told only to senders that proved who they are */
  reason: string;
  authentic: boolean;
  provider: Provider | null;
  webhook_id: string | null;
  headers: Headers;
  body_bytes: number;
  answered_ms: number;
}

/** Records the refusal and answers it; an answer of 401 says the same whatever was wrong. */
export async function answerRefusal(db: Database, refusal: Refusal): Promise<Response> {
  const { status, reason, authentic } = refusal;
  await record(db, refusal);
  const [title, detail] = ANSWERS[status];
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (status === 503) headers.set("retry-after", String(RETRY_AFTER_SECONDS));
  return Response.json(
    { type: "about:blank", title, status, detail: authentic ? `${detail}: ${reason}` : detail },
    { status, headers },
  );
}

async function record(db: Database, refusal: Refusal): Promise<void> {
  const name = refusal.provider?.name ?? "unknown";
  log.info("refused a delivery for {name}: {reason}", { name, reason: refusal.reason });
  if (recording >= MAX_RECORDING) return;
  recording++;
  try {
    await refuseDelivery(db, rowOf(refusal));
  } catch (error) {
    if (noteOutage(db, error)) return;
    log.error("could not record a refused delivery: {error}", { error });
  } finally {
    recording--;
  }
}

function rowOf({ provider, headers, authentic, ...refusal }: Refusal) {
  const { reason, webhook_id, body_bytes, answered_ms } = refusal;
  const { event_type = null, provider_delivery_id = null } = provider?.claims(headers) ?? {};
  return {
    provider: provider?.name ?? "unknown",
    webhook_id,
    outcome: authentic ? "invalid" as const : "refused" as const,
    reason,
    event_type,
    provider_delivery_id,
    body_bytes,
    answered_ms,
  };
}
