import { z } from "zod";
import { plan } from "@/db/nouns/plan.ts";

export const APPROVAL_STATUSES = [
  "pending",
  "approved",
  "rejected",
  "sent_back",
  "expired",
  "void",
] as const;
export type ApprovalStatus = typeof APPROVAL_STATUSES[number];

export const DECISIONS = ["approved", "rejected", "sent_back"] as const;
export type Decision = typeof DECISIONS[number];

export const APPROVAL = {
  approval_id: z.uuid(),
  flow_id: z.string(),
  workflow_id: z.uuid(),
  task_id: z.uuid(),
  status: z.enum(APPROVAL_STATUSES),
  plan,
  plan_hash: z.string(),
  head_commit: z.string().nullable(),
  /** What was asked for beside the first request. */
  wish: z.string().nullable(),
  needed: z.int().min(1),
  requested_at: z.date(),
  expires_at: z.date(),
  decided_at: z.date().nullable(),
  decided_by: z.string().nullable(),
  decided_via: z.string().nullable(),
  note: z.string().nullable(),
  void_reason: z.string().nullable(),
  /** Why what somebody said last was no decision, where it could not be answered. */
  refused: z.string().nullable(),
};
export const approval = z.object(APPROVAL);
export type Approval = z.infer<typeof approval>;
