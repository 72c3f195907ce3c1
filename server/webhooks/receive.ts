/** The story of a delivery: read the body → verify → read → decide → one commit → answer. */
import type { Database } from "@/db/client.ts";
import { acceptDelivery, type Accepted } from "@/db/deliveries.ts";
import { recordAnswerTime } from "@/db/deliveries/answer_times.ts";
import { openQuestion } from "@/db/questions.ts";
import { readBody } from "@/server/request_body/body.ts";
import { type Budget, budgetOfProcess } from "@/server/request_body/budget.ts";
import { BufferingSink, CountingSink } from "@/server/request_body/sink.ts";
import { chooseAnswer, isShown, type Prepared, responseOf } from "@/server/webhooks/answer.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { tellsFlow } from "@/server/webhooks/deciding/news.ts";
import { reasonFor } from "@/server/webhooks/deciding/reason.ts";
import { settled, situationFor } from "@/server/webhooks/deciding/situation.ts";
import {
  matchDelivery,
  type MatchedDelivery,
  mayAnswerQuestion,
} from "@/server/webhooks/matching/match_delivery.ts";
import { originOf } from "@/server/webhooks/matching/origin.ts";
import {
  type Arrival,
  arrivalAt,
  authenticate,
  isOpen,
  mustLookOpen,
  type Observe,
  refuse,
} from "@/server/webhooks/receiving/arrival.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";

export type { Observe };

const LIMITS = { max_bytes: 25 * 1024 * 1024, timeout_ms: 30_000 };

export interface ReceiveDeps {
  db: Database;
  webhooks: Pick<Webhooks, "builtin" | "created">;
  public_url: string;
  now: () => Date;
  observe?: Observe;
  limits?: typeof LIMITS;
  budget?: Budget;
}

/** Throws when the database does not take the delivery: the sender is to see a 5xx, and retry. */
export async function receiveWebhook(
  deps: ReceiveDeps,
  provider_name: string,
  request: Request,
  webhook_id: string | null = null,
): Promise<Response> {
  const arrival: Arrival = {
    ...arrivalAt(deps.webhooks, provider_name, webhook_id),
    headers: request.headers,
    received_at: deps.now(),
    started: performance.now(),
    body_bytes: 0,
  };
  if (!isOpen(arrival) && !mustLookOpen(arrival)) {
    await request.body?.cancel();
    return await receiveBody(deps, arrival, new Uint8Array());
  }
  return await readAndReceive(deps, arrival, request);
}

async function readAndReceive(deps: ReceiveDeps, arrival: Arrival, request: Request) {
  const { limits = LIMITS, budget = budgetOfProcess } = deps;
  const sink = new (isOpen(arrival) ? BufferingSink : CountingSink)(budget, limits.max_bytes);
  const read = await readBody(request, limits, sink);
  arrival.body_bytes = read.ok ? read.bytes.length : read.read_bytes;
  if (!read.ok) return await refuse(deps, arrival, read);
  try {
    return await receiveBody(deps, arrival, read.bytes);
  } finally {
    sink.release();
  }
}

async function receiveBody(deps: ReceiveDeps, arrival: Arrival, body: Uint8Array) {
  const signed = authenticate(arrival, body);
  if ("unauthorized" in signed) {
    return await refuse(deps, arrival, { status: 401, reason: signed.unauthorized });
  }
  const { webhook } = signed;
  const prepared = await prepare(deps, webhook, arrival, body);
  if ("unreadable" in prepared) {
    const { unreadable: reason } = prepared;
    return await refuse(deps, arrival, { status: 400, reason, authentic: true });
  }
  const accepted = await acceptDelivery(deps.db, prepared.record);
  const answer = await chooseAnswer(deps.db, webhook, prepared, accepted);
  noteAnswer(deps, webhook, accepted, performance.now() - arrival.started);
  return responseOf(accepted, answer);
}

// Apart from the commit, so that the parsed payload is let go before it: payloads that lived
// through the wait cost a fifth of the speed in garbage collection.
async function prepare(
  { db, public_url }: ReceiveDeps,
  webhook: Webhook,
  { headers, received_at }: Arrival,
  body: Uint8Array,
): Promise<Prepared | { unreadable: string }> {
  const reading = webhook.provider.read(headers, body);
  if (reading.kind === "unreadable") return { unreadable: reading.reason };
  const origin = await originOf(db, webhook, reading.event);
  const found = matchDelivery(webhook, reading, origin);
  const situation = await situationFor(db, found);
  const matched = settled(found, situation);
  const question = await questionFor(db, matched);
  const reason_for = await reasonFor(db, matched);
  const tells = await tellsFlow(db, matched);
  const context = {
    headers,
    body,
    received_at,
    public_url,
    question,
    situation,
    reason_for,
    tells,
    replay_of: null,
  };
  const { record, command_answers } = decide(matched, context);
  const protocol_answer = reading.answer ?? null;
  return { record, command_answers, protocol_answer, is_shown: isShown(reading) };
}

const questionFor = async (db: Database, matched: MatchedDelivery) =>
  matched.flow_id && mayAnswerQuestion(matched) ? await openQuestion(db, matched.flow_id) : null;

function noteAnswer(
  { db, observe }: ReceiveDeps,
  { provider }: Webhook,
  { outcome, delivery_id }: Accepted,
  answered_ms: number,
): void {
  observe?.(provider.name, outcome, answered_ms);
  if (outcome !== "duplicate") recordAnswerTime(db, delivery_id, answered_ms);
}
