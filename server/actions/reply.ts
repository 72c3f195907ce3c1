import { v7 } from "uuid";
import type { ReplyRecord } from "@/db/deliveries.ts";
import type { Button } from "@/server/providers/provider.ts";
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
