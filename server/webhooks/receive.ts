/** The story of a delivery: verify → read → match → one commit → answer. */
import type { Database } from "@/db/client.ts";
import { acceptDelivery, type Accepted } from "@/db/deliveries.ts";
import { recordAnswerTime } from "@/db/deliveries/answer_times.ts";
import { openQuestion } from "@/db/questions.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Answer } from "@/server/providers/provider.ts";
import { readBody } from "@/server/webhooks/body.ts";
import { decide, look, mayAnswer } from "@/server/webhooks/decide.ts";
import type { Door, Doors } from "@/server/webhooks/door.ts";
import { turnAway, type TurnedAway } from "@/server/webhooks/turn_away.ts";

const LIMITS = { max_bytes: 25 * 1024 * 1024, timeout_ms: 30_000 };

/** How long answers take, by provider and outcome. */
export type Observe = (provider: string, outcome: string, answered_ms: number) => void;

export interface ReceiveDeps {
  db: Database;
  doors: Pick<Doors, "builtin" | "created">;
  public_url: string;
  now: () => Date;
  observe?: Observe;
  limits?: typeof LIMITS;
}

/**
 * Answers one delivery with `{ outcome, delivery_id, task_ids }`, with what the provider's protocol
 * or a `respond` dictates, or with a problem document. `webhook_id` names a created door.
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
  const door = doorAt(deps.doors, provider_name, webhook_id);
  const provider = door?.provider ?? providers.get(provider_name) ?? null;
  let body_bytes = 0;
  const answered_ms = () => performance.now() - started;
  const refuse = (status: TurnedAway["status"], reason: string, authentic = false) => {
    const refused = { status, reason, authentic, headers, body_bytes, provider };
    const webhook_id = door && !door.is_builtin ? door.webhook_id : null;
    const ms = answered_ms();
    deps.observe?.(provider?.name ?? "unknown", authentic ? "invalid" : "refused", ms);
    return turnAway(deps.db, { ...refused, webhook_id, answered_ms: ms });
  };

  const { max_bytes, timeout_ms } = deps.limits ?? LIMITS;
  const read_body = await readBody(request, max_bytes, timeout_ms);
  body_bytes = read_body.ok ? read_body.bytes.length : read_body.read_bytes;
  if (!read_body.ok) return await refuse(read_body.status, read_body.reason);
  const body = read_body.bytes;

  // a door that is not there, or off, costs the same as one that is open
  const verdict = (provider ?? anyProvider).verify(
    { headers, body },
    door?.secrets ?? [],
    received_at,
  );
  if (!door) return await refuse(401, "there is no such webhook");
  if (!door.enabled) return await refuse(401, `the webhook ${door.name} is off`);
  if (!verdict.ok) return await refuse(401, door.secret_problem ?? verdict.reason);

  const reading = door.provider.read(headers, body);
  if (reading.kind === "unreadable") return await refuse(400, reading.reason, true);

  const looked = look(door, reading);
  const question = looked.flow_id && mayAnswer(looked)
    ? await openQuestion(deps.db, looked.flow_id)
    : null;
  const { public_url } = deps;
  const circumstances = { headers, body, received_at, public_url, question, replay_of: null };
  const { record, answer } = decide(looked, circumstances);
  const accepted = await acceptDelivery(deps.db, record);
  deps.observe?.(door.provider.name, accepted.outcome, answered_ms());
  if (accepted.outcome !== "duplicate") {
    recordAnswerTime(deps.db, accepted.delivery_id, answered_ms());
  }
  const begun = record.tasks.every(({ task_id }) => accepted.task_ids.includes(task_id));
  return answerTo(accepted, begun ? answer : reading.answer ?? null);
}

/** The door of an address; a created one only under the name of its own provider. */
function doorAt(doors: ReceiveDeps["doors"], provider: string, webhook_id: string | null) {
  if (webhook_id === null) return doors.builtin(provider);
  const door: Door | null = doors.created(webhook_id);
  return door?.provider.name === provider ? door : null;
}

function answerTo({ outcome, delivery_id, task_ids }: Accepted, answer: Answer | null): Response {
  if (!answer) return Response.json({ outcome, delivery_id, task_ids });
  const headers = {
    "content-type": answer.content_type,
    "x-delivery-id": delivery_id,
    "x-content-type-options": "nosniff",
  };
  return new Response(answer.body, { headers });
}

const anyProvider = [...providers.values()][0];
