import type { AcceptRecord } from "@/db/deliveries.ts";
import { readTraces } from "@/db/deliveries/traces.ts";
import { redactPayload } from "@/db/process/redact/payload.ts";
import { redactQuotes } from "@/db/process/redact/quotes.ts";
import { usesLastHour } from "@/db/webhooks/stats.ts";
import type { AppDeps } from "@/server/env.ts";
import { decide, type Decision } from "@/server/webhooks/decide.ts";
import { personKey } from "@/server/webhooks/deciding/effects.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { shownTrace } from "@/server/shown.ts";
import {
  type KeptDelivery,
  keptDelivery,
  matchAgain,
  readAgain,
} from "@/server/verbs/deliveries/kept.ts";
import { verb } from "@/server/verbs/verb.ts";
import { readablePayload } from "@/views/readable_body.ts";
import type { DryRun } from "@/views/webhooks.ts";

/** What today's commands would do with a delivery. Throws 404; 409: no body, or no webhook. */
export const dryRun = verb(
  "delivery.dry_run",
  "operator",
  async ({ deps }, { delivery_id }: { delivery_id: string }): Promise<DryRun> =>
    await tryOut(deps, await keptDelivery(deps, delivery_id)),
);

/** The same at a webhook that need not be stored, such as one with a draft. */
export async function tryOut(deps: AppDeps, kept: KeptDelivery): Promise<DryRun> {
  const { delivery_id, event_type, external_id, received_at, actor } = kept.delivery;
  const reading = readAgain(kept);
  const about = { delivery_id, event_type, external_id, received_at };
  if (reading.kind === "unreadable") {
    const { id = null, name = null, trust = "untrusted" } = actor;
    return {
      ...about,
      actor: { id, name, trust },
      outcome: "unreadable",
      reason: reading.reason,
      commands: [],
      tasks: [],
      replies: [],
      notes: [],
    };
  }
  const { matched, context } = await matchAgain(deps, kept, reading);
  const decision = decide(matched, context);
  const { delivery } = decision.record;
  return {
    ...about,
    event_type: delivery.event_type,
    external_id: delivery.external_id,
    actor: delivery.actor,
    outcome: delivery.outcome,
    reason: delivery.reason,
    commands: readTraces(delivery, kept.webhook.commands).map((trace) => shownTrace(deps, trace)),
    tasks: tasksOf(deps, decision.record),
    replies: repliesOf(deps, matched, decision),
    notes: [
      ...delivery.notes.map((note) => redactQuotes(note, deps.redactor)),
      ...await limitNotes(deps, matched),
    ],
  };
}

const tasksOf = (
  { redactor }: AppDeps,
  { tasks }: AcceptRecord,
): DryRun["tasks"] =>
  tasks.map(({ command, assigned_agent, tool_profile, input_message }) => ({
    command,
    agent: assigned_agent,
    tool_profile,
    prompt: redactQuotes(input_message, redactor),
  }));

function repliesOf(
  { redactor: { redact } }: AppDeps,
  { reading, match }: MatchedDelivery,
  { record, answer }: Decision,
): DryRun["replies"] {
  const replies = record.replies.map(({ command, kind, body }) => ({
    command,
    kind,
    // a forward may carry the payload, and that a token
    body: kind === "forward" ? readablePayload(redactPayload(body, redact)) : redact(body),
  }));
  if (!answer || answer === reading.answer) return replies;
  const command = match.matched[0]?.command.name ?? "answer";
  return [{ command, kind: "answer", body: redact(answer.body) }, ...replies];
}

/** A dry run counts nothing: that a limit is reached is said, and left to the reader. */
async function limitNotes({ db }: AppDeps, { match, reading }: MatchedDelivery): Promise<string[]> {
  const limited = match.matched.map(({ command }) => command)
    .filter(({ hourly_limit }) => hourly_limit !== null);
  if (limited.length === 0) return [];
  const keys = limited.map(({ use_key }) => use_key);
  const [by_all, by_person] = await Promise.all([
    usesLastHour(db, keys),
    usesLastHour(db, keys, personKey(reading.event.actor)),
  ]);
  return limited.flatMap(({ name, use_key, hourly_limit, webhook_hourly_limit }) => [
    ...limitNote(name, by_person.get(use_key), hourly_limit, "by the one who asks"),
    ...limitNote(name, by_all.get(use_key), webhook_hourly_limit, "by all people together"),
  ]);
}

function limitNote(name: string, used = 0, limit: number | null, by: string): string[] {
  if (limit === null || used < limit) return [];
  return [
    `${name}: it was used ${used} times within the last hour ${by}, and the limit is ${limit}: ` +
    "in earnest it would be ignored now (a dry run counts no uses)",
  ];
}
