/** A matched delivery → everything that it writes. Pure, but for fresh ids. */
import { v7 } from "uuid";
import type { AcceptRecord } from "@/db/deliveries.ts";
import type { OpenQuestion } from "@/db/questions.ts";
import type { CommandAnswer } from "@/server/actions/mod.ts";
import type { Answer } from "@/server/providers/provider.ts";
import { deliveryRow } from "@/server/webhooks/deciding/delivery_row.ts";
import { answerEffects, commandEffects, type Effects } from "@/server/webhooks/deciding/effects.ts";
import { FLOW_OF_ITS_OWN, flowOf } from "@/server/webhooks/deciding/flow_of.ts";
import {
  type MatchedDelivery,
  mayAnswerQuestion,
} from "@/server/webhooks/matching/match_delivery.ts";

export interface DecisionContext {
  headers: Headers | Record<string, string>;
  body: Uint8Array;
  received_at: Date;
  public_url: string;
  question: OpenQuestion | null;
  replay_of: string | null;
}

export interface Decision {
  record: AcceptRecord;
  /** null: the request gets our own answer */
  answer: Answer | null;
  command_answers: CommandAnswer[];
}

export function decide(matched: MatchedDelivery, context: DecisionContext): Decision {
  const delivery_id = v7();
  const effects = effectsOf(matched, context, delivery_id);
  const { result: { tasks, replies, question = null, command_answers, notes } } = effects;
  const [first] = command_answers;
  if (first && !context.replay_of) notes.push(answeredNote(first));
  const flow = effects.accepted ? flowOf(matched, tasks) : null;
  if (flow && !matched.flow_id) notes.push(FLOW_OF_ITS_OWN);
  const flow_id = flow?.flow_id ?? matched.flow_id;
  const record: AcceptRecord = {
    delivery: deliveryRow({ ...matched, flow_id }, effects, delivery_id, context),
    flow,
    tasks,
    replies,
    uses: effects.uses,
    question,
    answers: effects.answers,
  };
  return { record, answer: first?.answer ?? matched.reading.answer ?? null, command_answers };
}

function effectsOf(
  matched: MatchedDelivery,
  { question, public_url }: DecisionContext,
  delivery_id: string,
): Effects {
  const shared = { delivery_id, public_url };
  return question && mayAnswerQuestion(matched)
    ? answerEffects(matched, question, shared)
    : commandEffects(matched, shared);
}

const LONGEST_ANSWER = 300;

export const answeredNote = ({ answer }: CommandAnswer): string =>
  `answered at once: ${shortened(answer.body)}`;

const shortened = (text: string): string =>
  text.length > LONGEST_ANSWER ? `${text.slice(0, LONGEST_ANSWER)}…` : text;
