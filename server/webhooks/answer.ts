import type { Database } from "@/db/client.ts";
import type { Accepted, AcceptRecord } from "@/db/deliveries.ts";
import { changeNote, whyRefused } from "@/db/deliveries/refused_commands.ts";
import type { CommandAnswer } from "@/server/actions/mod.ts";
import type { Answer } from "@/server/providers/provider.ts";
import { answeredNote } from "@/server/webhooks/decide.ts";
import type { ReadableDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

export interface Prepared {
  record: AcceptRecord;
  command_answers: CommandAnswer[];
  protocol_answer: Answer | null;
  is_shown: boolean;
}

export interface ChosenAnswer {
  answer: Answer | null;
  /** why no command's answer is given, for our own one */
  refused: string | null;
}

export const isShown = (reading: ReadableDelivery): boolean =>
  reading.kind === "event" && (reading.shows_answer ?? false);

/** The answer of the first command that the commit did not refuse; where it refused all, why. */
export async function chooseAnswer(
  db: Database,
  { provider }: Pick<Webhook, "provider">,
  prepared: Prepared,
  accepted: Accepted,
): Promise<ChosenAnswer> {
  const { command_answers, protocol_answer } = prepared;
  if (command_answers.length === 0) return { answer: protocol_answer, refused: null };
  const refused = await refusedOf(db, prepared, accepted);
  const [first] = command_answers;
  const given = command_answers.find(({ command }) => !refused.has(command));
  if (refused.has(first.command)) {
    const instead = given ? answeredNote(given) : null;
    await changeNote(db, accepted.delivery_id, answeredNote(first), instead);
  }
  if (given) {
    const answer = wasDone(prepared, given, accepted) ? given.answer : protocol_answer;
    return { answer, refused: null };
  }
  const why = refused.get(first.command)!;
  const answer = prepared.is_shown ? provider.answer?.(`Not done: ${why}.`) : undefined;
  return { answer: answer ?? protocol_answer, refused: why };
}

/** Why commands were refused, by name. Only what has a limit, or answers a question, may be. */
async function refusedOf(
  db: Database,
  { record: { uses, answers }, command_answers }: Prepared,
  { delivery_id }: Accepted,
): Promise<Map<string, string>> {
  const may_be = answers !== null || uses.some(({ hourly_limit }) => hourly_limit !== null);
  if (!may_be) return new Map();
  return await whyRefused(db, delivery_id, command_answers.map(({ command }) => command));
}

/** A redelivery starts nothing, and must not name tasks that are not there. */
const wasDone = ({ record }: Prepared, { command }: CommandAnswer, { task_ids }: Accepted) =>
  record.tasks.every((task) => task.command !== command || task_ids.includes(task.task_id));

export function responseOf(accepted: Accepted, { answer, refused }: ChosenAnswer): Response {
  const { outcome, delivery_id, task_ids } = accepted;
  if (!answer) {
    const own = { outcome, delivery_id, task_ids };
    return Response.json(refused === null ? own : { ...own, reason: refused });
  }
  const headers = {
    "content-type": answer.content_type,
    "x-delivery-id": delivery_id,
    "x-content-type-options": "nosniff",
  };
  return new Response(answer.body, { headers });
}
