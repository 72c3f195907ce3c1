import { z } from "zod";
import { card } from "@/db/nouns/card.ts";

export const REPLY_KINDS = ["comment", "reaction", "label", "message", "forward"] as const;
export type ReplyKind = typeof REPLY_KINDS[number];
/** What a workflow says where it was asked for, and as a whole: one of each, edited as it goes on. */
export const NOTICES = ["plan", "result", "notice"] as const;
export type Notice = typeof NOTICES[number];
export const REPLY_STATUSES = ["pending", "sent", "failed"] as const;

/** What `reply_counts` counts of replies: each try, and how they end. */
export const REPLY_ENDS = ["try", "sent", "failed"] as const;
export type ReplyEnd = typeof REPLY_ENDS[number];

export const replyButton = z.object({
  action_id: z.string(),
  label: z.string(),
  value: z.string(),
  style: z.enum(["primary", "danger"]).nullable(),
});
export type ReplyButton = z.infer<typeof replyButton>;

export const REPLY = {
  reply_id: z.uuid(),
  task_id: z.uuid().nullable(),
  provider: z.string(),
  kind: z.enum(REPLY_KINDS),
  body: z.string(),
  status: z.enum(REPLY_STATUSES),
  tries: z.int(),
  last_error: z.string().nullable(),
  permanent: z.boolean(),
  next_try_at: z.date().nullable(),
  outside_id: z.string().nullable(),
  outside_url: z.string().nullable(),
  created_at: z.date(),
  sent_at: z.date().nullable(),
};

export const REPLY_INTERNALS = {
  delivery_id: z.uuid().nullable(),
  target: z.record(z.string(), z.unknown()),
  buttons: z.array(replyButton).nullable(),
  /** Shown instead of the body where the provider can. */
  card: card.nullable(),
  version: z.int(),
  sent_version: z.int(),
  /** Names the try that is under way, as each of its writes does; null: nobody sends it. */
  sending_id: z.uuid().nullable(),
  sending_by: z.uuid().nullable(),
  /** When it may go out, where others go first. */
  turn_at: z.date().nullable(),
  /** The ids of all parts that are out, in their order; `outside_id` is the first. */
  outside_ids: z.array(z.string()),
  workflow_id: z.uuid().nullable(),
  notice: z.enum(NOTICES).nullable(),
};

const reply = z.object({ ...REPLY, ...REPLY_INTERNALS });
export type Reply = z.infer<typeof reply>;
