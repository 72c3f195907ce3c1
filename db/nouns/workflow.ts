import { z } from "zod";
import { plan } from "@/db/nouns/plan.ts";
import { WORKFLOW_PARTS } from "@/db/nouns/step.ts";
import { CLASSES, finding } from "@/db/nouns/step_results.ts";

export const WORKFLOW_STATUSES = ["running", "waiting", "failed", "done", "stopped"] as const;
export type WorkflowStatus = typeof WORKFLOW_STATUSES[number];
export const WAITS_FOR = ["approval", "pull_request"] as const;

/** A repository that tasks may use; no branch: its default one. */
export const repositoryRef = z.object({
  provider: z.string(),
  name: z.string().max(2000),
  branch: z.string().max(250).nullable(),
});
export type RepositoryRef = z.infer<typeof repositoryRef>;

const person = z.object({
  provider: z.string(),
  id: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable().default(null),
});

/** The request as it was when it was made; what runs is this, whatever is edited later. */
export const asked = z.object({
  /** The fenced words from outside, as every step gets them. */
  prompt: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  number: z.string().nullable(),
  by: person,
  trust: z.string(),
  /** What the agent does not get since nobody sees it at the service; shown to who approves. */
  hidden: z.array(z.string()).default([]),
  /** The description as it stood, to show how it was changed meanwhile. */
  description: z.string().default(""),
  /** Where people are told, as `source_metadata` has it. */
  source_metadata: z.record(z.string(), z.unknown()),
});
export type Asked = z.infer<typeof asked>;

/** The settings that held when it was asked for: a change of them is for what is asked later. */
export const workflowRules = z.object({
  /** May the one who asked approve. */
  approve_own: z.boolean().default(true),
  approvals_needed: z.int().min(1).default(1),
  approval_expires_hours: z.number().positive().default(72),
  reminders_hours: z.array(z.number().positive()).default([4, 24]),
  /** Whether red checks of our own commit start another round. */
  fixes_checks: z.boolean().default(true),
  /** Where links lead. */
  public_url: z.string().default(""),
  /** Where one message tells how it stands; `is_source`: nothing else is said there. */
  notice: z.object({
    provider: z.string(),
    target: z.record(z.string(), z.unknown()),
    is_source: z.boolean(),
  }).nullable().default(null),
  /** Keys that belong to one person each, as far as the operator says. */
  people: z.array(z.array(z.string())).default([]),
});
export type WorkflowRules = z.infer<typeof workflowRules>;

/** As approvals compare people: the key is `github:1234` or `dashboard:NAME`. */
export const personKey = z.object({ key: z.string(), name: z.string() });
export type PersonKey = z.infer<typeof personKey>;

/** The text as somebody has edited it; null where the place that told says nothing of it. */
export const edited = z.object({
  title: z.string().nullable(),
  description: z.string(),
  by: z.string(),
});
export type Edited = z.infer<typeof edited>;

export const WORKFLOW = {
  workflow_id: z.uuid(),
  flow_id: z.string(),
  conversation_id: z.uuid(),
  command: z.string(),
  steps: z.array(z.enum(WORKFLOW_PARTS)),
  status: z.enum(WORKFLOW_STATUSES),
  waits_for: z.enum(WAITS_FOR).nullable(),
  asked,
  /** Who asked, as approvals compare people: `github:1234`. */
  asked_by: z.string(),
  /** Who asked for more, or for something else, since then. */
  askers: z.array(personKey).catch([]),
  rules: workflowRules,
  class: z.enum(CLASSES).nullable(),
  repository: repositoryRef.nullable().catch(null),
  base_branch: z.string().nullable(),
  base_commit: z.string().nullable(),
  branch: z.string().nullable(),
  head_commit: z.string().nullable(),
  planned_on: z.string().nullable(),
  round: z.int().min(1),
  plan: plan.nullable().catch(null),
  note: z.string().nullable(),
  findings: z.array(finding).catch([]),
  failed_checks: z.string().nullable(),
  edited: edited.nullable().catch(null),
  giving_up_by: z.string().nullable(),
  error: z.string().nullable(),
  failed_step: z.string().nullable(),
  end_text: z.string().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
  ended_at: z.date().nullable(),
};
export const workflow = z.object(WORKFLOW);
export type Workflow = z.infer<typeof workflow>;
