/** What an event is about. Pure. */
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { AnyEvent } from "./schema.ts";

const MAX_TITLE = 300;

/** The issue that this is or belongs to; null: none. */
export function issueOf({ type, data }: AnyEvent) {
  if (type === "Issue") return data?.id ? { ...data, id: data.id } : null;
  const issue = data?.issue ?? data?.comment?.issue;
  if (issue) return issue;
  const id = data?.issueId ?? data?.comment?.issueId;
  return id ? { id, identifier: null, title: null, url: null, team: null } : null;
}

export function objectOf(any: AnyEvent): DeliveryEvent["object"] {
  const issue = issueOf(any);
  if (issue) {
    const { id, identifier, title, url } = issue;
    const shown = (title || identifier || id).slice(0, MAX_TITLE);
    const object = { id, kind: "issue", title: shown, url: pageOf(url) };
    return identifier ? { ...object, name: identifier } : object;
  }
  const { type, data } = any;
  if (!data?.id) return null;
  const title = (data.title || data.name || `${type} ${data.id}`).slice(0, MAX_TITLE);
  return { id: data.id, kind: type.toLowerCase(), title, url: pageOf(data.url) };
}

export function teamOf(any: AnyEvent): string | null {
  const team = issueOf(any)?.team ?? any.data?.team;
  return team?.key ?? team?.name ?? null;
}

/** An address of a page of Linear's, or null. */
export function pageOf(address: string | null | undefined): string | null {
  const url = URL.parse((address ?? "").slice(0, 2000));
  return url?.origin === "https://linear.app" && url.username === "" ? url.href : null;
}
