import { type People, textOf } from "./document_text.ts";
import type { Account, AnyEvent } from "./schema.ts";

export interface Created {
  text: string | null;
  why_none: string | null;
  text_key: string;
  author: Account;
  path: string;
}

/** Null for events that create no text; edits and what they carry along are none. */
export function readCreated(any: AnyEvent, people: People): Created | null {
  const { webhookEvent, issue, comment, user } = any;
  if (comment && createsComment(any)) {
    return {
      text: textOf(comment.body, people),
      why_none: "the comment is empty",
      text_key: `comment:${comment.id}`,
      author: comment.author,
      path: `?focusedCommentId=${comment.id}`,
    };
  }
  if (webhookEvent !== "jira:issue_created" || !issue) return null;
  const creator = issue.fields?.creator;
  // an import creates issues with the words of somebody else
  const others = Boolean(creator && user && nameOf(creator) !== nameOf(user));
  return {
    text: others ? null : textOf(issue.fields?.description, people),
    why_none: others
      ? "the text was written by somebody other than the sender"
      : "the issue has no description",
    text_key: `issue:${issue.id}`,
    author: user ?? creator,
    path: "",
  };
}

/** Data Center reports a comment twice: as `comment_created`, and as an update of its issue. */
function createsComment({ webhookEvent, issue_event_type_name }: AnyEvent): boolean {
  return webhookEvent === "comment_created" ||
    (webhookEvent === "jira:issue_updated" && issue_event_type_name === "issue_commented");
}

const nameOf = (account: Account) => account?.accountId ?? account?.key ?? account?.name;
