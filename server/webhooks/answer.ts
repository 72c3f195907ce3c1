/** What a request is answered with, once it is known what became of it. */
import type { Accepted, AcceptRecord } from "@/db/deliveries.ts";
import type { Database } from "@/db/client.ts";
import { changeNote, whyRefused } from "@/db/deliveries/refused_commands.ts";
import type { CommandAnswer } from "@/server/actions/mod.ts";
import type { Answer } from "@/server/providers/provider.ts";
import { answeredNote, type Readable } from "@/server/webhooks/decide.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

/** What a delivery is to do and to say. */
export interface Meaning {
  record: AcceptRecord;
  /** what its commands answer, that of the first one first */
  command_answers: CommandAnswer[];
  /** what the protocol wants whatever is done */
  dictated: Answer | null;
  /** the person who caused it sees the answer */
  is_shown: boolean;
}

export interface Settled {
  /** Null: our own. */
  answer: Answer | null;
  /** Why what would have been said is not, where that goes into our own answer. */
  refused: string | null;
}

export const isShown = (reading: Readable): boolean =>
  reading.kind === "event" && (reading.shows_answer ?? false);

/**
 * The answer of the first command that was not refused; where all were, the reason. What was
 * refused is asked only where a command that answers could have been.
 */
export async function settleAnswer(
  db: Database,
  { provider }: Pick<Webhook, "provider">,
  meaning: Meaning,
  accepted: Accepted,
): Promise<Settled> {
  const { command_answers, dictated } = meaning;
  if (command_answers.length === 0) return { answer: dictated, refused: null };
  const names = command_answers.map(({ command }) => command);
  const refused: Map<string, string> = mayBeRefused(meaning)
    ? await whyRefused(db, accepted.delivery_id, names)
    : new Map();
  const said = command_answers.find(({ command }) => !refused.has(command));
  if (refused.has(command_answers[0].command)) {
    const instead = said ? answeredNote(said) : null;
    await changeNote(db, accepted.delivery_id, answeredNote(command_answers[0]), instead);
  }
  if (said) {
    return { answer: isBegun(meaning, said, accepted) ? said.answer : dictated, refused: null };
  }
  const why = refused.get(command_answers[0].command)!;
  const answer = meaning.is_shown ? provider.answer?.(`Not done: ${why}.`) : undefined;
  return { answer: answer ?? dictated, refused: why };
}

const mayBeRefused = ({ record: { uses, answers } }: Meaning): boolean =>
  answers !== null || uses.some(({ hourly_limit }) => hourly_limit !== null);

/** What came a second time begins nothing, and must not name tasks that are not there. */
const isBegun = (
  { record }: Meaning,
  { command }: CommandAnswer,
  { task_ids }: Accepted,
): boolean =>
  record.tasks.every((task) => task.command !== command || task_ids.includes(task.task_id));
