import { z } from "zod";

/** `owner/name`: goes into addresses, so nothing else may pass. */
export const full_name = z.string().regex(
  /^(?!\.{1,2}\/)[\w.-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/,
);

export const user = z.object({
  id: z.int(),
  login: z.string(),
  type: z.string().nullish(),
  html_url: z.string().nullish().catch(null),
}).nullish();

const repository = z.object({ id: z.int(), full_name, html_url: z.string().nullish() });

const described = z.object({
  id: z.int().positive(),
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullish(),
  user,
  author_association: z.string().nullish(),
});

const issue = described.extend({
  pull_request: z.object({}).nullish(),
  performed_via_github_app: z.object({ id: z.int() }).nullish(),
});

const fork_side = z.object({ repo: z.object({ full_name: z.string() }).nullish() });
const pull_request = described.extend({ head: fork_side, base: fork_side });

const comment = z.object({
  id: z.int().positive(),
  body: z.string().nullish(),
  user,
  author_association: z.string().nullish(),
  performed_via_github_app: z.object({ id: z.int() }).nullish(),
});
const review_comment = comment.extend({ in_reply_to_id: z.int().nullish() });

const installation = z.object({ id: z.int().positive() }).nullish().catch(null);

const mentioned = z.object({
  number: z.int(),
  title: z.string().nullish(),
  body: z.string().nullish(),
  user: user.catch(null),
  author_association: z.string().nullish(),
});

const numbered = mentioned.nullish().catch(null);

export const anyEvent = z.object({
  action: z.string().max(100).nullish(),
  repository: repository.nullish(),
  organization: z.object({ id: z.int().positive(), login: z.string() }).nullish().catch(null),
  sender: user,
  installation,
  issue: mentioned.extend({ title: z.string(), pull_request: z.object({}).nullish() }).nullish(),
  pull_request: mentioned.extend({
    head: fork_side.nullish().catch(null),
    base: fork_side.nullish().catch(null),
  }).nullish(),
  /** of issues below issues; which of the two it is about follows from the action */
  parent_issue: numbered,
  sub_issue: numbered,
  discussion: z.object({ number: z.int(), title: z.string() }).nullish(),
  ref: z.string().nullish(),
  sha: z.string().nullish(),
  check_run: checks().nullish(),
  check_suite: checks().nullish(),
  workflow_run: checks().nullish(),
  workflow_job: z.object({ head_sha: z.string() }).nullish(),
});

function checks() {
  const repo = z.object({ repo: z.object({ id: z.int() }).nullish() }).nullish().catch(null);
  return z.object({
    head_sha: z.string(),
    pull_requests: z.array(z.object({ number: z.int(), base: repo })).nullish(),
  });
}

/** Events that create text, with what each must have. */
export const textEvents = {
  "issues.opened": z.object({ repository, installation, issue }),
  "issue_comment.created": z.object({ repository, installation, issue, comment }),
  "pull_request.opened": z.object({ repository, installation, pull_request }),
  "pull_request_review.submitted": z.object({
    repository,
    installation,
    pull_request,
    review: comment,
  }),
  "pull_request_review_comment.created": z.object({
    repository,
    installation,
    pull_request,
    comment: review_comment,
  }),
};

export type User = z.infer<typeof user>;
export type AnyEvent = z.infer<typeof anyEvent>;
export type TextEventType = keyof typeof textEvents;
export type TextEvent<T extends TextEventType> = z.infer<typeof textEvents[T]>;

export const replyTarget = z.object({
  repository: full_name,
  number: z.int().positive(),
  is_pull_request: z.boolean(),
  on: z.enum(["issue", "issue_comment", "review", "review_comment"]),
  comment_id: z.int().positive().nullable(),
  /** first comment of the review thread, the only one that takes replies */
  thread_comment_id: z.int().positive().nullable(),
  installation_id: z.int().positive().nullish(),
});
export type ReplyTarget = z.infer<typeof replyTarget>;
