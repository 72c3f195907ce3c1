import { z } from "zod";
import { PULL_REQUEST_STATES } from "@/db/nouns/change.ts";
import { TASK_STATUSES } from "@/db/nouns/task.ts";

export const FLOW_STATUSES = ["open", "waiting", "running", "done", "stopped"] as const;
export type FlowStatus = typeof FLOW_STATUSES[number];

/** What the tasks of a conversation or a flow have used together. */
export const TOTALS = {
  tasks: z.int(),
  cost_usd: z.number(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_tokens: z.int(),
  cache_creation_tokens: z.int(),
  duration_seconds: z.number(),
};
const totals = z.object(TOTALS);
export type Totals = z.infer<typeof totals>;

const link = z.object({
  flow_id: z.string(),
  title: z.string(),
  evidence: z.string().meta({ description: "What says that the two belong together." }),
});
export type FlowLink = z.infer<typeof link>;

const pullRequest = z.object({
  url: z.string(),
  number: z.int(),
  state: z.enum(PULL_REQUEST_STATES),
  is_draft: z.boolean(),
  branch: z.string(),
  head: z.string(),
});

export const FLOW = {
  flow_id: z.string(),
  provider: z.string(),
  external_id: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  status: z.enum(FLOW_STATUSES),
  waits_for: z.enum(["approval", "pull_request"]).nullable(),
  error: z.string().nullable().meta({ description: "Why it stopped, where it can be retried." }),
  conversation_id: z.uuid(),
  linked: z.array(link),
  pull_request: pullRequest.nullable(),
  ...TOTALS,
  started_at: z.date(),
  ended_at: z.date().nullable(),
};
const flow = z.object(FLOW);
export type Flow = z.infer<typeof flow>;

export const TIMELINE_KINDS = [
  "delivery",
  "task",
  "plan",
  "approval",
  "commit",
  "checks",
  "pull_request",
  "news",
  "reply",
  "end",
] as const;
export type TimelineKind = typeof TIMELINE_KINDS[number];

export const TIMELINE_ENTRY = {
  at: z.date(),
  kind: z.enum(TIMELINE_KINDS),
  text: z.string(),
  id: z.string().meta({ description: "Of the delivery, task, approval, change or reply." }),
  flow_id: z.string().meta({ description: "This flow, or one that is linked with it." }),
};
const timelineEntry = z.object(TIMELINE_ENTRY);
export type TimelineEntry = z.infer<typeof timelineEntry>;

/** What one conversation of a flow has used. */
export const CONVERSATION_TOTALS = { conversation_id: z.uuid(), title: z.string(), ...TOTALS };
const conversationTotals = z.object(CONVERSATION_TOTALS);
export type ConversationTotals = z.infer<typeof conversationTotals>;

/** What a conversation has used, whatever its tasks were about. */
export const CONVERSATION_METRICS = {
  ...TOTALS,
  by_status: z.partialRecord(z.enum(TASK_STATUSES), z.int()),
};
const conversationMetrics = z.object(CONVERSATION_METRICS);
export type ConversationMetrics = z.infer<typeof conversationMetrics>;
