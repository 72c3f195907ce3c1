import type { UseRecord } from "@/db/deliveries.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import type { FlowSituation } from "@/db/flows/situation.ts";
import type { OpenQuestion } from "@/db/questions.ts";
import type { ActionInput } from "@/server/actions/action.ts";
import { answerTask } from "@/server/actions/answer_task.ts";
import { answerOf, type CombinedResult, runActions } from "@/server/actions/mod.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { Verdict } from "@/server/webhooks/matching/match.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

/** What a delivery does, and what is said of each command. */
export interface Effects {
  result: CombinedResult;
  accepted: boolean;
  reason: string | null;
  verdicts: Verdict[];
  /** of what is no command of the webhook */
  other_traces: CommandTrace[];
  uses: UseRecord[];
  answers: string | null;
}

interface Context {
  delivery_id: string;
  public_url: string;
  situation: FlowSituation | null;
}

export function commandEffects(delivery: MatchedDelivery, context: Context): Effects {
  const { reading, match } = delivery;
  if (reading.kind === "ping") return pingEffects(delivery);
  const shared = inputOf(delivery, context);
  const inputs = match.matched.map(({ command, args }): ActionInput => ({
    ...shared,
    command,
    args,
    scope: match.scope,
    flow_id: delivery.flow_id,
  }));
  const result = runActions(inputs);
  const { refused } = result;
  const [first_refused] = refused;
  const accepted = inputs.some(({ command }) => !refused.has(command.name));
  return {
    result,
    accepted,
    reason: accepted || !first_refused ? match.reason : first_refused.join(": "),
    verdicts: refused.size === 0 ? match.verdicts : withRefused(match.verdicts, refused),
    other_traces: [],
    uses: match.matched.map(({ command }) => useOf(command, reading.event)),
    answers: null,
  };
}

const withRefused = (verdicts: Verdict[], refused: Map<string, string>): Verdict[] =>
  verdicts.map((verdict) => {
    const reason = verdict.matched ? refused.get(verdict.command.name) : undefined;
    return reason === undefined ? verdict : { command: verdict.command, matched: false, reason };
  });

const inputOf = ({ webhook, reading, judgement }: MatchedDelivery, context: Context) => ({
  ...context,
  webhook,
  event: reading.event,
  trust: judgement.trust,
  why_no_decision: judgement.why_no_decision,
  shows_answer: reading.kind === "event" && (reading.shows_answer ?? false),
});

function useOf(command: Command, { actor }: DeliveryEvent): UseRecord {
  const { name, use_key, hourly_limit, webhook_hourly_limit } = command;
  return { name, use_key, person: personKey(actor), hourly_limit, webhook_hourly_limit };
}

/** What uses are counted by; empty where no person did it. */
export const personKey = ({ id, name }: DeliveryEvent["actor"]): string => id ?? name ?? "";

function pingEffects({ match, webhook }: MatchedDelivery): Effects {
  const reason = `ping: ${webhook.provider.title} reaches us`;
  return {
    result: runActions([]),
    accepted: false,
    reason,
    verdicts: noneRuns(match.verdicts, reason),
    other_traces: [],
    uses: [],
    answers: null,
  };
}

export function answerEffects(
  delivery: MatchedDelivery,
  question: OpenQuestion,
  context: Context,
): Effects {
  const { answer, tasks, replies, notes } = answerTask({ ...inputOf(delivery, context), question });
  const reason = `it answers the question of ${question.command}`;
  return {
    result: Object.assign(runActions([]), {
      tasks,
      replies,
      notes,
      command_answers: answerOf("answer", answer),
    }),
    accepted: true,
    reason: null,
    verdicts: noneRuns(delivery.match.verdicts, reason),
    other_traces: [{ name: "answer", matched: true, reason }],
    uses: [],
    answers: question.question_id,
  };
}

const noneRuns = (verdicts: Verdict[], reason: string): Verdict[] =>
  verdicts.map(({ command }) => ({ command, matched: false, reason }));
