import type { AcceptRecord, QuestionRecord } from "@/db/deliveries.ts";
import type { Answer, DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

export interface ActionInput {
  webhook: Webhook;
  event: DeliveryEvent;
  command: Command;
  scope: Scope;
  args: string;
  trust: string;
  delivery_id: string;
  /** null: the event names nothing that a later one could belong to */
  flow_id: string | null;
  public_url: string;
  /** the answer to the request is shown to the person who caused it */
  shows_answer: boolean;
}

/** The rows that an action writes. */
export interface ActionResult extends Pick<AcceptRecord, "tasks" | "replies"> {
  question?: QuestionRecord;
  answer?: Answer;
  /** remarks for the trace of the delivery */
  notes: string[];
}

/** Pure: it returns rows, and jobs carry them out later. */
export type Action = (input: ActionInput) => ActionResult;

export const nothing = (...notes: string[]): ActionResult => ({ tasks: [], replies: [], notes });
