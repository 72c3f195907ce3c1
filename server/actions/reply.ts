import { v7 } from "uuid";
import type { ReplyRecord } from "@/db/deliveries.ts";
import type { Button, Person } from "@/server/providers/provider.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { type ActionInput, type ActionResult, nothing } from "./action.ts";

/** Why nothing is said where the delivery came from. */
export const noPlace = ({ event, command }: ActionInput): string =>
  `${command.name}: ${event.event_type} has no place to answer at`;

export function reply(
  input: ActionInput,
  what: {
    kind: ReplyRecord["kind"];
    body: string;
    task_id?: string;
    buttons?: Button[];
    notes?: string[];
  },
): ActionResult {
  const { event: { reply_target: target }, command, webhook } = input;
  if (!target) return nothing(...what.notes ?? [], noPlace(input));
  const row = {
    reply_id: v7(),
    task_id: what.task_id ?? null,
    command: command.name,
    kind: what.kind,
    // a created webhook of provider `custom` has its own address for answers
    target: { ...target, webhook_id: webhook.webhook_id },
    body: what.body,
    ...(what.buttons && { buttons: what.buttons }),
  };
  return { tasks: [], replies: [row], notes: what.notes ?? [] };
}

/** Refuses it, with the reason in the trace and words where it was asked for. */
export const refusedInWords = (
  input: ActionInput,
  refused: string,
  words: string,
): ActionResult => {
  const { webhook: { provider }, shows_answer } = input;
  if (shows_answer && provider.answer) {
    return { ...nothing(), refused, answer: provider.answer(words) };
  }
  return { ...reply(input, { kind: "comment", body: words }), refused };
};

/** Who did it, as approvals compare people. */
export const personKeyOf = ({ webhook, event: { actor } }: ActionInput): string =>
  personOf(webhook, actor).key;

export const personOf = (
  { provider }: Pick<Webhook, "provider">,
  { id, name }: Person,
): { key: string; name: string } => ({
  key: `${provider.name}:${id ?? name ?? "system"}`,
  name: name ?? id ?? "",
});

/** Where the whole story can be read, in brackets. */
export const flowPage = ({ public_url, situation, flow_id }: ActionInput): string => {
  const id = situation?.flow_id ?? flow_id;
  return id === null ? "" : ` (${public_url}/flows/${id})`;
};
