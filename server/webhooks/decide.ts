/** A matched delivery → everything that it writes. Pure, but for fresh ids. */
import { v7 } from "uuid";
import type { AcceptRecord } from "@/db/deliveries.ts";
import type { FlowSituation } from "@/db/flows/situation.ts";
import type { OpenQuestion } from "@/db/questions.ts";
import type { CommandAnswer } from "@/server/actions/mod.ts";
import type { Answer, DeliveryEvent } from "@/server/providers/provider.ts";
import { isAboutPullRequest } from "@/server/webhooks/deciding/about_pull_request.ts";
import { deliveryRow } from "@/server/webhooks/deciding/delivery_row.ts";
import { answerEffects, commandEffects, type Effects } from "@/server/webhooks/deciding/effects.ts";
import { FLOW_OF_ITS_OWN, flowOf } from "@/server/webhooks/deciding/flow_of.ts";
import { mentionsOf } from "@/server/webhooks/deciding/mentions.ts";
import { pressEffects } from "@/server/webhooks/deciding/press.ts";
import { reasonEffects } from "@/server/webhooks/deciding/reason.ts";
import { newsRecord, newsTrace } from "@/server/webhooks/deciding/news.ts";
import { settled } from "@/server/webhooks/deciding/situation.ts";
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
  /** how the flow stands, where what was asked for depends on it */
  situation?: FlowSituation | null;
  /** the rejected plan that the text gives a reason for */
  reason_for?: string | null;
  /** the flow that the event has news for */
  tells?: string | null;
  replay_of: string | null;
}

export interface Decision {
  record: AcceptRecord;
  /** null: the request gets our own answer */
  answer: Answer | null;
  command_answers: CommandAnswer[];
}

export function decide(delivery: MatchedDelivery, context: DecisionContext): Decision {
  const matched = settled(delivery, context.situation ?? null);
  const delivery_id = v7();
  const done = effectsOf(matched, context, delivery_id);
  const effects = withNews(done, matched, context.tells ?? null);
  const { result: { tasks, replies, question = null, command_answers, notes, ...others } } =
    effects;
  const [first] = command_answers;
  if (first && !context.replay_of) notes.push(answeredNote(first));
  // news alone are about the flow that they are told to, and open none
  const tells_alone = matched.reading.event.press || context.reason_for;
  const flow = done.accepted && !tells_alone ? flowOf(matched, tasks) : null;
  if (flow && !matched.flow_id) notes.push(FLOW_OF_ITS_OWN);
  const flow_id = flow?.flow_id ?? context.tells ?? matched.flow_id;
  const record: AcceptRecord = {
    delivery: deliveryRow({ ...matched, flow_id }, effects, delivery_id, context),
    flow,
    tasks,
    replies,
    uses: effects.uses,
    question,
    answers: effects.answers,
    workflows: others.workflows,
    news: others.news,
    mentions: flow === null
      ? []
      : mentionsOf(matched.reading.event, matched.webhook.provider.shows),
    begins_conversation: matched.match.begins_conversation && tasks.length > 0,
    may_be_alias: mayBeAlias(matched.reading.event),
  };
  return { record, answer: first?.answer ?? matched.reading.answer ?? null, command_answers };
}

function effectsOf(
  matched: MatchedDelivery,
  { question, public_url, situation = null, reason_for }: DecisionContext,
  delivery_id: string,
): Effects {
  const { press } = matched.reading.event;
  if (press) return pressEffects(matched, press);
  if (reason_for) return reasonEffects(matched, reason_for);
  const shared = { delivery_id, public_url, situation };
  return question && mayAnswerQuestion(matched)
    ? answerEffects(matched, question, shared)
    : commandEffects(matched, shared);
}

function withNews(effects: Effects, matched: MatchedDelivery, tells: string | null): Effects {
  const { event: { news } } = matched.reading;
  if (!news || tells === null) return effects;
  const { result, other_traces } = effects;
  return {
    ...effects,
    result: { ...result, news: [...result.news, newsRecord(matched, news, tells)] },
    accepted: true,
    reason: null,
    other_traces: [...other_traces, newsTrace(news, tells)],
  };
}

/** A pull request may be one of ours, and a thread may stand below a message about a workflow. */
const mayBeAlias = (event: DeliveryEvent): boolean =>
  isAboutPullRequest(event) || event.object?.kind === "thread";

const LONGEST_ANSWER = 300;

export const answeredNote = ({ answer }: CommandAnswer): string =>
  `answered at once: ${shortened(answer.body)}`;

const shortened = (text: string): string =>
  text.length > LONGEST_ANSWER ? `${text.slice(0, LONGEST_ANSWER)}…` : text;
