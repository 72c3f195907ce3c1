/** The story of a delivery: verify → read → match → one commit → answer. */
import type { Database } from "@/db/client.ts";
import { acceptDelivery, type Accepted } from "@/db/deliveries.ts";
import { recordAnswerTime } from "@/db/deliveries/answer_times.ts";
import { openQuestion } from "@/db/questions.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { isShown, type Meaning, settleAnswer, type Settled } from "@/server/webhooks/answer.ts";
import { readBody } from "@/server/request_body/body.ts";
import { originOf } from "@/server/webhooks/matching/origin.ts";
import { type Budget, budgetOfProcess } from "@/server/request_body/budget.ts";
import { decide, type Look, look, mayAnswer } from "@/server/webhooks/decide.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";
import { Held, Unheld } from "@/server/request_body/held.ts";
import { turnAway, type TurnedAway } from "@/server/webhooks/turn_away.ts";

const LIMITS = { max_bytes: 25 * 1024 * 1024, timeout_ms: 30_000 };

/** How long answers take, by provider and outcome. */
export type Observe = (provider: string, outcome: string, answered_ms: number) => void;

export interface ReceiveDeps {
  db: Database;
  webhooks: Pick<Webhooks, "builtin" | "created">;
  public_url: string;
  now: () => Date;
  observe?: Observe;
  limits?: typeof LIMITS;
  /** of bytes that are held at once; default: that of this process */
  budget?: Budget;
}

/**
 * Answers one delivery with `{ outcome, delivery_id, task_ids }`, with what the provider's protocol
 * or a `respond` dictates, or with a problem document. `webhook_id` names a created webhook.
 * @throws when the database does not take the delivery: the sender is to see a 5xx
 */
export async function receiveWebhook(
  deps: ReceiveDeps,
  provider_name: string,
  request: Request,
  webhook_id: string | null = null,
): Promise<Response> {
  const { headers } = request;
  const webhook = webhookAt(deps.webhooks, provider_name, webhook_id);
  const arrival = { started: performance.now(), received_at: deps.now(), headers, body_bytes: 0 };
  const refuse = refusing(deps, webhook, arrival);
  const named = providers.get(provider_name);
  const shut = (body: Uint8Array) =>
    refuse(401, whyShut(webhook, named, { headers, body }, arrival) ?? "");

  const open = webhook?.enabled && webhook.secrets.length > 0 ? webhook : null;
  if (!open && !mayBeThere(webhook, named, webhook_id)) {
    await request.body?.cancel();
    return await shut(new Uint8Array());
  }
  const { limits = LIMITS, budget = budgetOfProcess } = deps;
  const keep = new (open ? Held : Unheld)(budget, limits.max_bytes);
  const read = await readBody(request, limits, keep);
  arrival.body_bytes = read.ok ? read.bytes.length : read.read_bytes;
  if (!read.ok) return await refuse(read.status, read.reason);
  try {
    return await (open ? receiveBody(deps, open, arrival, read.bytes) : shut(read.bytes));
  } finally {
    keep.letGo();
  }
}

/**
 * Whether a shut webhook has to answer as an open one does, so that nobody learns which webhooks there
 * are. Which providers there are, and which are set up, is no secret.
 */
function mayBeThere(
  webhook: Webhook | null,
  named: Provider | undefined,
  webhook_id: string | null,
) {
  if (!named) return false;
  return webhook_id !== null || (webhook !== null && webhook.secrets.length > 0);
}

/** What follows once the body is there. */
async function receiveBody(
  deps: ReceiveDeps,
  webhook: Webhook,
  arrival: Arrival,
  body: Uint8Array,
): Promise<Response> {
  const refuse = refusing(deps, webhook, arrival);
  const why_shut = whyShut(webhook, webhook.provider, { headers: arrival.headers, body }, arrival);
  if (why_shut) return await refuse(401, why_shut);
  const meaning = await understand(deps, webhook, arrival, body);
  if ("unreadable" in meaning) return await refuse(400, meaning.unreadable, true);

  const accepted = await acceptDelivery(deps.db, meaning.record);
  const answer = await settleAnswer(deps.db, webhook, meaning, accepted);
  noteAnswer(deps, webhook, accepted, performance.now() - arrival.started);
  return answerTo(accepted, answer);
}

/**
 * Reads, matches and decides. Apart from the commit that follows, so that the parsed payload is
 * let go before it: payloads that lived through the wait cost a fifth of the speed in collecting.
 */
async function understand(
  { db, public_url }: ReceiveDeps,
  webhook: Webhook,
  { headers, received_at }: Arrival,
  body: Uint8Array,
): Promise<Meaning | { unreadable: string }> {
  const reading = webhook.provider.read(headers, body);
  if (reading.kind === "unreadable") return { unreadable: reading.reason };
  const looked = look(webhook, reading, await originOf(db, webhook, reading.event));
  const question = await questionFor(db, looked);
  const circumstances = { headers, body, received_at, public_url, question, replay_of: null };
  const { record, command_answers } = decide(looked, circumstances);
  return { record, command_answers, dictated: reading.answer ?? null, is_shown: isShown(reading) };
}

/** The webhook of an address; a created one only under the name of its own provider. */
function webhookAt(webhooks: ReceiveDeps["webhooks"], provider: string, webhook_id: string | null) {
  if (webhook_id === null) return webhooks.builtin(provider);
  const webhook: Webhook | null = webhooks.created(webhook_id);
  return webhook?.provider.name === provider ? webhook : null;
}

interface Arrival {
  started: number;
  received_at: Date;
  headers: Headers;
  body_bytes: number;
}

function refusing(deps: ReceiveDeps, webhook: Webhook | null, arrival: Arrival) {
  return (status: TurnedAway["status"], reason: string, authentic = false) => {
    const { headers, body_bytes } = arrival;
    const answered_ms = performance.now() - arrival.started;
    const provider = webhook?.provider ?? null;
    deps.observe?.(provider?.name ?? "unknown", authentic ? "invalid" : "refused", answered_ms);
    const webhook_id = webhook && !webhook.is_builtin ? webhook.webhook_id : null;
    const refused = { status, reason, authentic, headers, body_bytes, provider, webhook_id };
    return turnAway(deps.db, { ...refused, answered_ms });
  };
}

/** Why this delivery is not let in. A webhook that is not there or off costs what an open one costs. */
function whyShut(
  webhook: Webhook | null,
  named: Provider | undefined,
  request: { headers: Headers; body: Uint8Array },
  { received_at }: Arrival,
): string | null {
  const provider = webhook?.provider ?? named ?? anyProvider;
  const verdict = provider.verify(request, webhook?.secrets ?? [], received_at);
  if (!webhook) return "there is no such webhook";
  if (!webhook.enabled) return `the webhook ${webhook.name} is off`;
  if (verdict.ok) return null;
  if (webhook.is_builtin) return verdict.reason;
  return webhook.secret_problem ?? verdict.reason.replaceAll(provider.secret_setting, "its secret");
}

const anyProvider = [...providers.values()][0];

/** The question of ours that these words may answer. */
const questionFor = async (db: Database, looked: Look) =>
  looked.flow_id && mayAnswer(looked) ? await openQuestion(db, looked.flow_id) : null;

function noteAnswer(
  deps: ReceiveDeps,
  { provider }: Webhook,
  accepted: Accepted,
  ms: number,
): void {
  const { outcome, delivery_id } = accepted;
  deps.observe?.(provider.name, outcome, ms);
  if (outcome !== "duplicate") recordAnswerTime(deps.db, delivery_id, ms);
}

function answerTo(accepted: Accepted, { answer, refused }: Settled): Response {
  const { outcome, delivery_id, task_ids } = accepted;
  if (!answer) {
    const told = { outcome, delivery_id, task_ids };
    return Response.json(refused === null ? told : { ...told, reason: refused });
  }
  const headers = {
    "content-type": answer.content_type,
    "x-delivery-id": delivery_id,
    "x-content-type-options": "nosniff",
  };
  return new Response(answer.body, { headers });
}
