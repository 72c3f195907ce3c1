import type { AcceptRecord, NewsRecord, QuestionRecord, WorkflowRecord } from "@/db/deliveries.ts";
import type { FlowSituation } from "@/db/flows/situation.ts";
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
  /** why whoever asks may not decide about plans; null: they may */
  why_no_decision: string | null;
  delivery_id: string;
  /** null: the event names nothing that a later one could belong to */
  flow_id: string | null;
  /** null: nothing that was asked for depends on how the flow stands */
  situation: FlowSituation | null;
  public_url: string;
  /** the answer to the request is shown to the person who caused it */
  shows_answer: boolean;
}

/** The rows that an action writes. */
export interface ActionResult extends Pick<AcceptRecord, "tasks" | "replies"> {
  question?: QuestionRecord;
  workflows?: WorkflowRecord[];
  news?: NewsRecord[];
  /** why the command does not do what it is for, although it matches */
  refused?: string;
  answer?: Answer;
  /** remarks for the trace of the delivery */
  notes: string[];
}

/** Pure: it returns rows, and jobs carry them out later. */
export type Action = (input: ActionInput) => ActionResult;

export const nothing = (...notes: string[]): ActionResult => ({ tasks: [], replies: [], notes });
