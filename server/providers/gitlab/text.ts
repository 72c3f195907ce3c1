import type { OutsideText, Person } from "@/server/providers/provider.ts";
import { actionOf, bodyKind } from "./kind.ts";
import type { AnyEvent, Described } from "./schema.ts";

export type Created =
  | { text: string; text_key: string; anchor: string }
  | { text: null; why_not: string };

/** The text that this event created: never an edit, never text that it carries along. */
export function createdText(event_type: string, any: AnyEvent): Created {
  const kind = bodyKind(any);
  const action = actionOf(any);
  if (kind === "note" && (action === null || action === "create")) return note(any);
  if (["issue", "work_item", "merge_request"].includes(kind ?? "") && action === "open") {
    return description(kind!, any);
  }
  return none(`${event_type} creates no text that commands are read from`);
}

function note(any: AnyEvent) {
  const { object_attributes: written, issue, work_item, merge_request, commit, snippet } = any;
  if (written?.system) return none("GitLab itself wrote the note");
  if (!written?.id || typeof written.note !== "string") return none("the payload has no note");
  if (!issue && !work_item && !merge_request && !commit && !snippet) {
    return none(`notes on ${written.noteable_type ?? "this"} are not read`);
  }
  return { text: written.note, text_key: `note:${written.id}`, anchor: `#note_${written.id}` };
}

/** An issue that is moved is "opened" by whoever moved it, with the words of somebody else. */
function description(kind: string, { object_attributes, user }: AnyEvent): Created {
  const { id, description, author_id } = object_attributes ?? {};
  if (!id) return none(`the payload does not say which ${kind.replaceAll("_", " ")} it is about`);
  if (author_id && user?.id && author_id !== user.id) {
    return none("the text was written by somebody other than the one who opened it");
  }
  const name = kind === "merge_request" ? kind : "issue";
  return { text: description ?? "", text_key: `${name}:${id}`, anchor: "" };
}

const none = (why_not: string): Created => ({ text: null, why_not });

export function contextOf(any: AnyEvent): OutsideText | null {
  const { object_attributes, issue, work_item, merge_request, snippet, commit, user } = any;
  const is_thing = ["issue", "work_item", "merge_request"].includes(bodyKind(any) ?? "");
  const thing = is_thing ? object_attributes : issue ?? work_item ?? merge_request ?? snippet;
  if (thing) {
    const author = authorOf(thing, user);
    return { title: thing.title ?? "", body: thing.description ?? "", author };
  }
  if (bodyKind(any) !== "note" || !commit) return null;
  return { title: commit.title ?? "", body: commit.message ?? "", author: NOBODY };
}

// of an author there is the id alone, unless it is the one who made this happen
const authorOf = ({ author_id }: Described, user: AnyEvent["user"]): Person => ({
  ...NOBODY,
  id: author_id ? String(author_id) : null,
  name: author_id && author_id === user?.id ? user.username ?? null : null,
});

export const NOBODY: Person = { id: null, name: null, association: null, is_bot: false };

/** Is a merge request's code from another project? Null when it is about none. */
export function isFork(any: AnyEvent): boolean | null {
  const pull = bodyKind(any) === "merge_request" ? any.object_attributes : any.merge_request;
  if (!pull?.target_project_id) return null;
  return pull.source_project_id !== pull.target_project_id;
}
