import { z } from "zod";

/** `publish` brings a commit to the host and opens the pull request; `ready` takes its draft off. */
export const CHANGE_KINDS = ["publish", "ready", "close"] as const;
export type ChangeKind = typeof CHANGE_KINDS[number];

export const CHANGE_STAGES = [
  "push",
  "open",
  "update",
  "ready",
  "close",
  "delete_branch",
  "done",
] as const;
export type ChangeStage = typeof CHANGE_STAGES[number];
export const CHANGE_STATUSES = ["pending", "done", "failed"] as const;

export const changedFile = z.object({
  path: z.string(),
  status: z.enum(["added", "modified", "deleted", "renamed"]),
  mode: z.string(),
  bytes: z.number(),
  old_path: z.string().optional(),
});
export type ChangedFile = z.infer<typeof changedFile>;

export const CHANGE = {
  change_id: z.uuid(),
  workflow_id: z.uuid(),
  flow_id: z.string(),
  task_id: z.uuid().nullable(),
  kind: z.enum(CHANGE_KINDS),
  stage: z.enum(CHANGE_STAGES),
  status: z.enum(CHANGE_STATUSES),
  round: z.int(),
  machine_id: z.string().nullable(),
  commit: z.string().nullable(),
  expected_head: z.string().nullable(),
  files: z.array(changedFile).catch([]),
  remarks: z.array(z.string()).catch([]),
  is_signed: z.boolean(),
  tries: z.int(),
  last_error: z.string().nullable(),
  next_try_at: z.date().nullable(),
  created_at: z.date(),
  ended_at: z.date().nullable(),
};
export const change = z.object(CHANGE);
export type Change = z.infer<typeof change>;

export const PULL_REQUEST_STATES = ["open", "merged", "closed"] as const;
export const CHECK_STATES = ["none", "pending", "green", "red"] as const;

export const PULL_REQUEST = {
  provider: z.string(),
  repository: z.string(),
  number: z.int(),
  flow_id: z.string(),
  workflow_id: z.uuid(),
  url: z.string(),
  title: z.string(),
  state: z.enum(PULL_REQUEST_STATES),
  is_draft: z.boolean(),
  branch: z.string(),
  base: z.string(),
  head: z.string(),
  checks: z.enum(CHECK_STATES).nullable(),
};
const pullRequest = z.object(PULL_REQUEST);
export type PullRequestRow = z.infer<typeof pullRequest>;
