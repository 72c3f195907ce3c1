/** What came in and what goes out, as people may see it: without our secrets. */
import type { Conversation, Message } from "@/db/conversations.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import type { Approval, Vote } from "@/db/approvals.ts";
import type { ConversationTotals, Flow, TimelineEntry } from "@/db/nouns/flow.ts";
import type { Asked } from "@/db/nouns/workflow.ts";
import type { Repository } from "@/db/nouns/repository.ts";
import type { Delivery, RawRequest } from "@/db/deliveries/list.ts";
import type { Redactor } from "@/db/process/redact.ts";
import { redactPayload } from "@/db/process/redact/payload.ts";
import { redactQuotes } from "@/db/process/redact/quotes.ts";
import type { Reply } from "@/db/replies.ts";
import type { Task } from "@/db/tasks.ts";
import type { AppDeps } from "@/server/env.ts";
import { LONGEST_HEADER } from "@/db/process/redact/headers.ts";
import { LONGEST_READABLE } from "@/views/readable_body.ts";

type Redacting = Pick<AppDeps, "redactor">;

/** Larger bodies and those that are no text stay as they are: they are shown nowhere. */
export function shownRequest({ redactor }: Redacting, raw: RawRequest | null): RawRequest | null {
  if (!raw) return null;
  const { redact, redactCut } = redactor;
  const headers = Object.fromEntries(
    Object.entries(raw.headers).map((
      [name, value],
    ) => [redact(name), (value.length >= LONGEST_HEADER ? redactCut : redact)(value)]),
  );
  return { ...raw, headers, body: raw.body && shownBody(raw.body, redact) };
}

function shownBody(body: Uint8Array, redact: Redactor["redact"]): Uint8Array {
  if (body.length > LONGEST_READABLE) return body;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    return new TextEncoder().encode(redactPayload(text, redact));
  } catch {
    return body;
  }
}

export const shownReplies = ({ redactor }: Redacting, replies: Reply[]): Reply[] =>
  replies.map((reply) => ({
    ...reply,
    body: reply.kind === "forward"
      ? redactPayload(reply.body, redactor.redact)
      : redactor.redact(reply.body),
    last_error: reply.last_error && redactQuotes(reply.last_error, redactor),
  }));

export const shownDelivery = ({ redactor }: Redacting, delivery: Delivery): Delivery => ({
  ...delivery,
  reason: delivery.reason && redactQuotes(delivery.reason, redactor),
  notes: delivery.notes.map((note) => redactQuotes(note, redactor)),
  commands: delivery.commands.map((trace) => shownTrace({ redactor }, trace)),
});

export const shownTrace = ({ redactor }: Redacting, trace: CommandTrace): CommandTrace => ({
  ...trace,
  reason: redactQuotes(trace.reason, redactor),
});

/** For people: the run itself reads what was asked. */
export const shownTask = ({ redactor }: Redacting, task: Task): Task => ({
  ...task,
  input_message: redactQuotes(task.input_message, redactor),
  source_metadata: Object.fromEntries(
    Object.entries(task.source_metadata).map((
      [name, value],
    ) => [name, typeof value === "string" ? redactQuotes(value, redactor) : value]),
  ),
});

export const shownConversation = (
  { redactor }: Redacting,
  conversation: Conversation,
): Conversation => ({ ...conversation, title: redactQuotes(conversation.title, redactor) });

export const shownMessage = ({ redactor: { redact } }: Redacting, message: Message): Message => ({
  ...message,
  content: redact(message.content),
});

export const shownFlow = ({ redactor: { redact } }: Redacting, flow: Flow): Flow => ({
  ...flow,
  title: redact(flow.title),
  error: flow.error && redact(flow.error),
  linked: flow.linked.map((link) => ({
    ...link,
    title: redact(link.title),
    evidence: redact(link.evidence),
  })),
});

export const shownConversationTotals = (
  { redactor: { redact } }: Redacting,
  totals: ConversationTotals,
): ConversationTotals => ({ ...totals, title: redact(totals.title) });

export const shownEntry = ({ redactor: { redact } }: Redacting, entry: TimelineEntry) => ({
  ...entry,
  text: redact(entry.text),
});

/** The plan that a yes is bound to stays as it is in its row; people see it without secrets. */
export const shownApproval = ({ redactor: { redact } }: Redacting, row: Approval): Approval => ({
  ...row,
  plan: JSON.parse(redactPayload(JSON.stringify(row.plan), redact)),
  note: row.note && redact(row.note),
  void_reason: row.void_reason && redact(row.void_reason),
  wish: row.wish && redact(row.wish),
  refused: row.refused && redact(row.refused),
});

export const shownVotes = ({ redactor: { redact } }: Redacting, votes: Vote[]): Vote[] =>
  votes.map((vote) => ({ ...vote, note: vote.note && redact(vote.note) }));

/** What was asked for, as people see it. */
export const shownAsked = ({ redactor }: Redacting, asked: Asked): Asked => ({
  ...asked,
  prompt: redactQuotes(asked.prompt, redactor),
  title: redactor.redact(asked.title),
  hidden: asked.hidden.map((text) => redactor.redact(text)),
});

/** What a host said is redacted when it is kept; secrets may have come since. */
export function shownRepository<View extends Pick<Repository, "preflight" | "preflight_error">>(
  { redactor: { redact } }: Redacting,
  view: View,
): View {
  const { preflight, preflight_error } = view;
  return {
    ...view,
    preflight_error: preflight_error && redact(preflight_error),
    preflight: preflight && {
      ...preflight,
      can: preflight.can.map(redact),
      cannot: preflight.cannot.map((one) => ({
        ...one,
        what: redact(one.what),
        why: redact(one.why),
      })),
      notes: preflight.notes.map(redact),
    },
  };
}
