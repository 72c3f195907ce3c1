import { v7 } from "uuid";
import type { Action } from "./action.ts";
import { rendered } from "./text.ts";

const MAX_BYTES = 1024 * 1024;

/** Sends the event on to another service, signed, from the outbox. */
export const forward: Action = (input) => {
  const { command, webhook, event, delivery_id } = input;
  const { text, notes } = command.compiled.render
    ? rendered(input)
    : { text: envelope(input), notes: [] };
  const target = {
    url: command.forward_url,
    event_type: event.event_type,
    webhook_id: webhook.webhook_id,
    delivery_id,
  };
  const { kind, body } = { kind: "forward" as const, body: text };
  const row = { reply_id: v7(), task_id: null, command: command.name, kind, target, body };
  return { tasks: [], replies: [row], notes };
};

function envelope({ webhook, scope, event, delivery_id }: Parameters<Action>[0]): string {
  const head = {
    type: event.event_type,
    provider: webhook.provider.name,
    delivery_id,
    delivery: scope.delivery,
  };
  const whole = JSON.stringify({ ...head, payload: scope.payload });
  if (whole.length <= MAX_BYTES) return whole;
  return JSON.stringify({ ...head, payload: null, payload_left_out: "larger than 1 MiB" });
}
