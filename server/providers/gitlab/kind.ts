import type { AnyEvent } from "./schema.ts";

const WORD = /^[a-z][a-z0-9_]{0,63}$/;
/** Kinds that only the body's `event_type` tells from the open ones. */
const CONFIDENTIAL = ["confidential_note", "confidential_issue"];

/** `Merge Request Hook` → `merge_request`; null for a missing, an odd and the system hook's header. */
export function headerKind(header: string | null): string | null {
  const kind = /^([A-Za-z]{1,30}(?: [A-Za-z]{1,30}){0,4}) Hook$/.exec(header ?? "")?.[1]
    .toLowerCase().replaceAll(" ", "_");
  return !kind || kind === "system" ? null : kind;
}

/** What the body says: `note`, `issue`, `job`, … GitLab calls jobs `build` in there. */
export function bodyKind({ object_kind, event_name }: AnyEvent): string | null {
  const kind = object_kind ?? event_name ?? "";
  if (!WORD.test(kind)) return null;
  return kind === "build" ? "job" : kind;
}

/** `note.create`, `push`, `member.user_add_to_group`; null when nothing says what it is. */
export function eventType(header: string | null, any: AnyEvent): string | null {
  const confidential = CONFIDENTIAL.find((kind) => kind === any.event_type);
  const kind = headerKind(header) ?? confidential ?? bodyKind(any);
  if (kind === null) return null;
  const action = actionOf(any) ?? any.event_name ?? "";
  return WORD.test(action) && action !== kind ? `${kind}.${action}` : kind;
}

export const actionOf = ({ object_attributes, action }: AnyEvent): string | null =>
  object_attributes?.action ?? action ?? null;
