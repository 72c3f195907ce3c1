import { type TextEvent, textEvents, type TextEventType, type User } from "./schema.ts";
import { isFork, type Target, targetOf } from "./target.ts";

export interface Created {
  text: string;
  /** names the text, whatever event brings it */
  text_key: string;
  author: User;
  association: string | null;
  via_app_id: number | null;
  about: { title: string; body: string; author: User; association: string | null };
  target: Target;
  path: string;
  is_fork: boolean | null;
}

type Readers = { [T in TextEventType]: (payload: TextEvent<T>) => Created };

const readers: Readers = {
  "issues.opened": ({ repository, installation, issue }) => ({
    ...created(issue, issue),
    text_key: `issue:${issue.id}`,
    target: targetOf(repository, installation, { number: issue.number }),
    path: `/issues/${issue.number}`,
    is_fork: null,
  }),
  "issue_comment.created": ({ repository, installation, issue, comment }) => ({
    ...created(comment, issue),
    text_key: `issue_comment:${comment.id}`,
    target: targetOf(repository, installation, {
      number: issue.number,
      is_pull_request: Boolean(issue.pull_request),
      on: "issue_comment",
      comment_id: comment.id,
    }),
    path: `/${issue.pull_request ? "pull" : "issues"}/${issue.number}#issuecomment-${comment.id}`,
    is_fork: null,
  }),
  "pull_request.opened": ({ repository, installation, pull_request }) => ({
    ...created(pull_request, pull_request),
    text_key: `pull_request:${pull_request.id}`,
    target: targetOf(repository, installation, {
      number: pull_request.number,
      is_pull_request: true,
    }),
    path: `/pull/${pull_request.number}`,
    is_fork: isFork(pull_request),
  }),
  "pull_request_review.submitted": ({ repository, installation, pull_request, review }) => ({
    ...created(review, pull_request),
    text_key: `review:${review.id}`,
    target: targetOf(repository, installation, {
      number: pull_request.number,
      is_pull_request: true,
      on: "review",
      comment_id: review.id,
    }),
    path: `/pull/${pull_request.number}#pullrequestreview-${review.id}`,
    is_fork: isFork(pull_request),
  }),
  "pull_request_review_comment.created": ({ repository, installation, pull_request, comment }) => ({
    ...created(comment, pull_request),
    text_key: `review_comment:${comment.id}`,
    target: targetOf(repository, installation, {
      number: pull_request.number,
      is_pull_request: true,
      on: "review_comment",
      comment_id: comment.id,
      thread_comment_id: comment.in_reply_to_id ?? comment.id,
    }),
    path: `/pull/${pull_request.number}#discussion_r${comment.id}`,
    is_fork: isFork(pull_request),
  }),
};

export function readCreated(event_type: string, payload: unknown): Created | null {
  if (!Object.hasOwn(readers, event_type)) return null;
  const type = event_type as TextEventType;
  const read = readers[type] as (payload: unknown) => Created;
  return read(textEvents[type].parse(payload));
}

type Written = {
  body?: string | null;
  user?: User;
  author_association?: string | null;
  performed_via_github_app?: { id: number } | null;
};

function created(written: Written, about: Written & { title: string }) {
  return {
    text: written.body ?? "",
    author: written.user,
    association: written.author_association ?? null,
    via_app_id: written.performed_via_github_app?.id ?? null,
    about: {
      title: about.title,
      body: about.body ?? "",
      author: about.user,
      association: about.author_association ?? null,
    },
  };
}
