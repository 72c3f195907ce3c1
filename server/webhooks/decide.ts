/** A read delivery → everything that it writes. Pure, but for fresh ids. */
import { v7 } from "uuid";
import type { AcceptRecord, UseRecord } from "@/db/deliveries.ts";
import { storeTraces } from "@/db/deliveries/traces.ts";
import type { OpenQuestion } from "@/db/questions.ts";
import { answerTask } from "@/server/actions/answer_task.ts";
import type { ActionInput } from "@/server/actions/action.ts";
import {
  answerOf,
  type CombinedResult,
  type CommandAnswer,
  runActions,
} from "@/server/actions/mod.ts";
import type { Answer, DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { foundAt } from "@/server/webhooks/conditions/conditions.ts";
import { contentKey } from "@/server/webhooks/deciding/content_key.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";
import { flowOf, OF_ITS_OWN } from "@/server/webhooks/deciding/flow_of.ts";
import { redactHeaders } from "@/db/process/redact/headers.ts";
import { type Match, match } from "@/server/webhooks/matching/match.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import type { Origin } from "@/server/webhooks/matching/origin.ts";
import { judge, type Judgement } from "@/server/webhooks/matching/trust.ts";

export type Readable = Exclude<Reading, { kind: "unreadable" }>;

/** What one delivery means at its webhook, before anything is made of it. */
export interface Look {
  webhook: Webhook;
  reading: Readable;
  judgement: Judgement;
  match: Match;
  flow_id: string | null;
}

/** Judges and matches a delivery. `origin`: whether the outbox knows it, by `originOf`. */
export function look(webhook: Webhook, reading: Readable, origin: Origin | null = null): Look {
  const { event, payload } = reading;
  const judgement = judge(event, webhook, origin);
  const flow_id = flowId(webhook.provider.name, event, webhook.webhook_id);
  return { webhook, reading, judgement, match: match(event, payload, judgement, webhook), flow_id };
}

/** May this be the answer to a question of ours? Words of somebody trusted that ask for nothing. */
export function mayAnswer({ reading: { event }, judgement, match: { matched, asked } }: Look) {
  if (event.text === null || judgement.trust !== "trusted") return false;
  return matched.length === 0 || asked?.via === "unknown_word" || asked?.via === "default";
}

export interface Circumstances {
  headers: Headers | Record<string, string>;
  body: Uint8Array;
  received_at: Date;
  public_url: string;
  /** the question of ours that is open in this flow */
  question: OpenQuestion | null;
  replay_of: string | null;
}

export interface Decision {
  record: AcceptRecord;
  /** what the request is to be answered with, where it is not for us to say */
  answer: Answer | null;
  /** what its commands would answer, that of the first one first */
  command_answers: CommandAnswer[];
}

/** Decides what this delivery does, with a reason for each command that does nothing. */
export function decide(look: Look, circumstances: Circumstances): Decision {
  const delivery_id = v7();
  const does = circumstances.question && mayAnswer(look)
    ? answering(look, circumstances.question, delivery_id, circumstances.public_url)
    : commanded(look, delivery_id, circumstances.public_url);
  const { rows } = does;
  const [first] = rows.command_answers;
  if (first && !circumstances.replay_of) rows.notes.push(answeredNote(first));
  const flow = does.accepted ? flowOf(look, rows) : null;
  if (flow && !look.flow_id) rows.notes.push(OF_ITS_OWN);
  const flow_id = flow?.flow_id ?? look.flow_id;
  const record: AcceptRecord = {
    delivery: deliveryOf({ ...look, flow_id }, does, delivery_id, circumstances),
    flow,
    tasks: rows.tasks,
    replies: rows.replies,
    uses: does.uses,
    question: rows.question ?? null,
    answers: does.answers,
  };
  return {
    record,
    answer: first?.answer ?? look.reading.answer ?? null,
    command_answers: rows.command_answers,
  };
}

const LONGEST_ANSWER = 300;

/** The remark on an answer that was given to the request itself. */
export const answeredNote = ({ answer }: CommandAnswer): string =>
  `answered at once: ${shortened(answer.body)}`;

const shortened = (text: string): string =>
  text.length > LONGEST_ANSWER ? `${text.slice(0, LONGEST_ANSWER)}…` : text;

interface Doing {
  rows: CombinedResult;
  accepted: boolean;
  reason: string | null;
  verdicts: Match["verdicts"];
  /** of what the webhook has no command for */
  more: CommandTrace[];
  uses: UseRecord[];
  answers: string | null;
}

function commanded(look: Look, id: string, url: string): Doing {
  const { webhook, reading, judgement, match, flow_id } = look;
  if (reading.kind === "ping") return pinged(match, webhook);
  const inputs = match.matched.map(({ command, args }): ActionInput => ({
    webhook,
    event: reading.event,
    command,
    args,
    scope: match.scope,
    delivery_id: id,
    flow_id,
    trust: judgement.trust,
    public_url: url,
    shows_answer: reading.shows_answer ?? false,
  }));
  return {
    rows: runActions(inputs),
    accepted: inputs.length > 0,
    reason: match.reason,
    verdicts: match.verdicts,
    more: [],
    uses: match.matched.map(({ command }) => useOf(command, reading.event)),
    answers: null,
  };
}

const useOf = (
  { name, use_key, hourly_limit, webhook_hourly_limit }: Command,
  { actor }: DeliveryEvent,
): UseRecord => ({
  name,
  use_key,
  person: personKey(actor),
  hourly_limit,
  webhook_hourly_limit,
});

/** What uses are counted by; empty where no person did it. */
export const personKey = ({ id, name }: DeliveryEvent["actor"]): string => id ?? name ?? "";

function pinged({ verdicts }: Match, { provider }: Webhook): Doing {
  const reason = `ping: ${provider.title} reaches us`;
  const none = verdicts.map(({ command }) => ({ command, matched: false, reason }));
  const uses: UseRecord[] = [];
  return {
    rows: runActions([]),
    accepted: false,
    reason,
    uses,
    verdicts: none,
    more: [],
    answers: null,
  };
}

function answering(look: Look, question: OpenQuestion, delivery_id: string, url: string): Doing {
  const { webhook, reading, judgement, match } = look;
  const { answer, ...rows } = answerTask({
    webhook,
    event: reading.event,
    question,
    delivery_id,
    public_url: url,
    trust: judgement.trust,
    shows_answer: reading.kind === "event" && (reading.shows_answer ?? false),
  });
  const reason = `it answers the question of ${question.command}`;
  return {
    rows: { ...rows, command_answers: answerOf("answer", answer) },
    accepted: true,
    reason: null,
    verdicts: match.verdicts.map(({ command }) => ({ command, matched: false, reason })),
    more: [{ name: "answer", matched: true, reason }],
    uses: [],
    answers: question.question_id,
  };
}

function deliveryOf(
  { webhook, reading: { event }, judgement, flow_id, match }: Look,
  { accepted, reason, verdicts, more, rows, answers }: Doing,
  delivery_id: string,
  { headers, body, received_at, replay_of }: Circumstances,
): AcceptRecord["delivery"] {
  const by = match.asked || answers ? "text" : "event";
  const traces = storeTraces(verdicts, (path) => foundAt(match.scope, path));
  const content_key = accepted && !replay_of
    ? contentKey(webhook.provider.name, event, by, webhook.webhook_id)
    : null;
  return {
    delivery_id,
    provider: webhook.provider.name,
    webhook_id: webhook.is_builtin ? null : webhook.webhook_id,
    provider_delivery_id: event.provider_delivery_id,
    dedupe_id: replay_of ? `replay:${delivery_id}` : event.dedupe_id,
    content_key,
    replay_of,
    event_type: event.event_type,
    external_id: event.external_id,
    flow_id,
    actor: { id: event.actor.id, name: event.actor.name, trust: judgement.trust },
    outcome: accepted ? "accepted" : "ignored",
    reason,
    ...traces,
    command_set: webhook.command_set,
    commands: [...more, ...traces.commands],
    notes: rows.notes,
    headers: redactHeaders(headers),
    body,
    received_at,
  };
}
