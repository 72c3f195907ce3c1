import { contentId, parsePayload, readingOf } from "@/server/providers/payload.ts";
import type { DeliveryEvent, OutsideText, Reading } from "@/server/providers/provider.ts";
import type { Signs } from "@/server/providers/signs.ts";
import { issueOf, objectOf, pageOf, teamOf } from "./about.ts";
import { actorOf, authorOf, NOBODY } from "./person.ts";
import { type AnyEvent, anyEvent, type ReplyTarget } from "./schema.ts";

const DELIVERY_ID = /^[\w-]{1,100}$/;

/** Reads a verified delivery of Linear; what it cannot read comes back as a reason. */
export function readLinear(headers: Headers, body: Uint8Array): Reading {
  const given = headers.get("linear-delivery") ?? "";
  return readingOf(() => {
    const payload = parsePayload(headers.get("content-type"), body);
    const id = DELIVERY_ID.test(given) ? given : contentId(body);
    return { kind: "event", event: readEvent(id, anyEvent.parse(payload)), payload };
  });
}

function readEvent(delivery_id: string, any: AnyEvent): DeliveryEvent {
  const event_type = `${any.type}.${any.action}`;
  const created = createdText(event_type, any);
  const object = objectOf(any);
  return {
    event_type,
    provider_delivery_id: delivery_id,
    dedupe_id: delivery_id,
    text_key: created.text && created.text_key,
    event_key: eventKey(event_type, any),
    instance: any.organizationId ?? null,
    // an issue may move to another team and stays the same issue
    container: object && { id: "workspace", name: teamOf(any) ?? "Linear" },
    object,
    external_id: object?.name ?? object?.id ?? null,
    actor: event_type === "Comment.create" && any.data ? authorOf(any) : actorOf(any),
    text: created.text,
    no_text_reason: created.text === null ? created.why_not : null,
    addressed: false,
    text_url: created.text === null ? null : pageOf(any.url),
    context: contextOf(any),
    via_app_id: null,
    signs: signsOf(any),
    reply_target: targetOf(any),
    is_fork: null,
  };
}

type Created = { text: string; text_key: string } | { text: null; text_key: null; why_not: string };

function createdText(event_type: string, { data, actor }: AnyEvent): Created {
  if (!data?.id || !/^(?:Issue|Comment)\.create$/.test(event_type)) {
    return none(`${event_type} creates no text that commands are read from`);
  }
  if (event_type === "Comment.create") {
    if (!data.body) return none("the comment is empty");
    return { text: data.body, text_key: `comment:${data.id}` };
  }
  // an import creates issues with the words of somebody else
  if (data.creatorId && actor?.id && data.creatorId !== actor.id) {
    return none("the text was written by somebody other than the sender");
  }
  if (!data.description) return none("the issue has no description");
  return { text: data.description, text_key: `issue:${data.id}` };
}

const none = (why_not: string): Created => ({ text: null, text_key: null, why_not });

function contextOf(any: AnyEvent): OutsideText | null {
  const issue = issueOf(any);
  if (!issue?.title) return null;
  const { type, data, actor } = any;
  const creator = type === "Issue" ? data?.creatorId ?? null : null;
  const author = creator && creator === actor?.id ? actorOf(any) : { ...NOBODY, id: creator };
  return { title: issue.title, body: type === "Issue" ? data?.description ?? "" : "", author };
}

/** Answers to a comment go into its thread. */
function targetOf(any: AnyEvent): ReplyTarget | null {
  const issue = issueOf(any);
  const { type, action, data } = any;
  if (!issue || (type === "Issue" && action === "remove")) return null;
  const comment_id = type === "Comment" ? data?.id ?? null : data?.commentId ?? null;
  const thread_id = type === "Comment" ? data?.parentId ?? comment_id : comment_id;
  return { issue_id: issue.id, comment_id, thread_id };
}

/** The marker of a comment is in its id, which is told beforehand by nothing but our own outbox. */
function signsOf({ type, action, data }: AnyEvent): Signs | null {
  if (!data?.id) return null;
  if (type === "Comment") return { ids: [data.id], marker: null, kind: "unmarked" };
  return type === "Reaction" && action === "create"
    ? { ids: [data.id], marker: null, kind: "deed" }
    : null;
}

/** Two webhooks of one workspace report the same thing with the same ids. */
function eventKey(event_type: string, { action, data }: AnyEvent): string | null {
  if (!data?.id) return null;
  if (/^(?:create|remove)$/.test(action)) return `${event_type}:${data.id}`;
  return data.updatedAt ? `${event_type}:${data.id}:${data.updatedAt}` : null;
}
