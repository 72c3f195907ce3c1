import { z } from "zod";

const id = z.union([z.int(), z.string().max(100)]);
const moment = z.union([z.int(), z.string().max(40)]);
const dated = z.object({
  id,
  updated_at: moment.nullish(),
  submitted_at: moment.nullish(),
  completed_at: moment.nullish(),
  started_at: moment.nullish(),
}).nullish().catch(null);
const other = z.object({ id }).nullish().catch(null);
const sha = z.string().max(100).nullish().catch(null);

const SUBJECTS = {
  issues: "issue",
  issue_comment: "comment",
  pull_request: "pull_request",
  pull_request_review: "review",
  pull_request_review_comment: "comment",
  commit_comment: "comment",
  discussion: "discussion",
  discussion_comment: "comment",
  check_run: "check_run",
  check_suite: "check_suite",
  workflow_run: "workflow_run",
  workflow_job: "workflow_job",
  deployment: "deployment",
  deployment_status: "deployment_status",
  release: "release",
} as const;

/** What may be done twice to an object without a trace in it. */
const REPEATABLE = ["rerequested", "requested_action"];

const fields = z.object({
  action: z.string().nullish(),
  issue: dated,
  comment: dated,
  pull_request: dated,
  review: dated,
  discussion: dated,
  check_run: dated,
  check_suite: dated,
  workflow_run: dated,
  workflow_job: dated,
  deployment: dated,
  deployment_status: dated,
  release: dated,
  label: other,
  assignee: other,
  milestone: other,
  requested_reviewer: other,
  requested_team: other,
  ref: z.string().max(300).nullish().catch(null),
  before: sha,
  after: sha,
  repository: z.object({ pushed_at: moment.nullish() }).nullish().catch(null),
  id: id.nullish().catch(null),
});
type Fields = z.infer<typeof fields>;

/** Names what happened by ids and times of the payload, so that the hook of a repository, that
 * of its organization and an app agree; null where nothing tells two events of a kind apart. */
export function eventKey(name: string, event_type: string, payload: unknown): string | null {
  const said = fields.safeParse(payload);
  if (!said.success) return null;
  const parts = name === "push" ? pushed(said.data) : happened(name, said.data);
  return parts && [event_type, ...parts].join(":");
}

function happened(name: string, said: Fields): (string | number)[] | null {
  if (name === "status") return said.id ? [said.id] : null;
  if (!Object.hasOwn(SUBJECTS, name) || REPEATABLE.includes(said.action ?? "")) return null;
  const subject = said[SUBJECTS[name as keyof typeof SUBJECTS]];
  const at = subject?.updated_at ?? subject?.submitted_at ?? subject?.completed_at ??
    subject?.started_at;
  if (!subject || !at) return null;
  const { label, assignee, milestone, requested_reviewer, requested_team } = said;
  const others = [label, assignee, milestone, requested_reviewer, requested_team];
  return [subject.id, at, ...others.map((one) => one?.id ?? ""), said.after ?? ""];
}

function pushed({ ref, before, after, repository }: Fields): (string | number)[] | null {
  if (!ref || !before || !after || !repository?.pushed_at) return null;
  return [ref, before, after, repository.pushed_at];
}
