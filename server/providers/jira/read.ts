import { contentId, parsePayload, readingOf } from "@/server/providers/payload.ts";
import type {
  DeliveryEvent,
  FlowNews,
  OutsideText,
  Person,
  Reading,
} from "@/server/providers/provider.ts";
import type { Signs } from "@/server/providers/signs.ts";
import { issueIdOf, selfOf, thingOf } from "./about.ts";
import { readCreated } from "./created.ts";
import { type People, textOf } from "./document_text.ts";
import { type Account, type AnyEvent, anyEvent, type ReplyTarget } from "./schema.ts";
import { siteOf } from "./site.ts";

const DELIVERY_ID = /^[\w:.-]{1,200}$/;
const MAX_TITLE = 300;

export function readJira(headers: Headers, body: Uint8Array): Reading {
  const given = headers.get("x-atlassian-webhook-identifier") ?? "";
  const id = DELIVERY_ID.test(given) ? given : contentId(body);
  return readingOf(() => {
    const payload = body.length === 0 ? {} : parsePayload(headers.get("content-type"), body);
    if (isEmpty(payload)) return { kind: "event", event: withoutBody(id), payload };
    return { kind: "event", event: readEvent(id, anyEvent.parse(payload)), payload };
  });
}

function readEvent(id: string, any: AnyEvent): DeliveryEvent {
  const { webhookEvent: event_type, issue } = any;
  const site = siteOf(selfOf(any));
  const issue_id = issueIdOf(any);
  const thing = issue_id ? null : thingOf(any);
  const key = issue?.key ?? null;
  const url = site?.base && key ? `${site.base}/browse/${key}` : null;
  const people: People = new Map();
  const created = readCreated(any, people);
  const context = contextOf(any, people);
  const instance = site?.name ?? null;
  return {
    event_type,
    provider_delivery_id: id,
    dedupe_id: `${id}@${instance ?? ""}`,
    text_key: created?.text ? created.text_key : null,
    event_key: eventKey(any),
    instance,
    container: issue_id || thing
      ? { id: "site", name: projectOf(any) ?? instance ?? "Jira" }
      : null,
    object: issue_id
      ? {
        id: issue_id,
        kind: "issue",
        title: (issue?.fields?.summary ?? key ?? issue_id).slice(0, MAX_TITLE),
        url,
        ...(key ? { name: key } : {}),
      }
      : thing && { ...thing, url: null },
    external_id: key ?? issue_id ?? thing?.id ?? null,
    actor: person(created ? created.author : actorOf(any)),
    text: created?.text || null,
    no_text_reason: created?.text
      ? null
      : created?.why_none ?? `${event_type} creates no text that commands are read from`,
    addressed: false,
    text_url: created?.text && url ? url + created.path : null,
    context,
    people,
    via_app_id: null,
    signs: signsOf(any),
    reply_target: issue_id && issue_id !== key && event_type !== "jira:issue_deleted"
      ? targetOf(any, instance, issue_id, key)
      : null,
    is_fork: null,
    news: wasEdited(any) && context ? editedTo(context) : null,
  };
}

/** A deleted comment names the one who wrote it, not the one who deleted it. */
function actorOf({ webhookEvent, user, comment }: AnyEvent): Account {
  if (user || webhookEvent === "comment_deleted") return user;
  return comment?.updateAuthor ?? comment?.author;
}

const projectOf = ({ issue }: AnyEvent): string | null =>
  issue?.fields?.project?.key ?? issue?.key?.replace(/-\d+$/, "") ?? null;

function contextOf({ issue }: AnyEvent, people: People): OutsideText | null {
  if (!issue?.fields?.summary) return null;
  const { summary, description, reporter, creator } = issue.fields;
  const body = textOf(description, people) ?? "";
  return { title: summary, body, author: person(creator ?? reporter) };
}

const wasEdited = ({ webhookEvent, changelog }: AnyEvent): boolean =>
  webhookEvent === "jira:issue_updated" &&
  (changelog?.items ?? []).some(({ field }) => field === "summary" || field === "description");

const editedTo = ({ title, body }: OutsideText): FlowNews => {
  const data = { title, description: body };
  return { kind: "text_edited", number: null, commit: null, branch: null, data };
};

// An answer is seen by no more people than what it answers. What the payload does not say is
// taken for internal: only service projects know the difference, and there it matters.
function targetOf(
  { issue, comment }: AnyEvent,
  site: string | null,
  issue_id: string,
  issue_key: string | null,
): ReplyTarget {
  const kind = issue?.fields?.project?.projectTypeKey;
  return {
    site,
    issue_id,
    issue_key,
    internal: comment?.jsdPublic !== true && (!kind || kind === "service_desk"),
    visibility_type: comment?.visibility?.type ?? null,
    visibility_value: comment?.visibility?.value ?? null,
  };
}

/** The marker of a comment is kept in a property of it, which deliveries do not have. */
const signsOf = ({ comment }: AnyEvent): Signs | null =>
  comment ? { ids: [comment.id], marker: null, kind: "unmarked" } : null;

function eventKey({ webhookEvent, issue, comment, changelog }: AnyEvent): string | null {
  if (comment && webhookEvent === "comment_updated") {
    return comment.updated ? `${webhookEvent}:${comment.id}:${comment.updated}` : null;
  }
  if (comment) return `${webhookEvent}:comment:${comment.id}`;
  if (!issue) return null;
  if (changelog?.id) return `${webhookEvent}:${issue.id}:${changelog.id}`;
  const once = /^jira:issue_(?:created|deleted)$/.test(webhookEvent);
  return once ? `${webhookEvent}:${issue.id}` : null;
}

// Display names are chosen freely, so they are nobody's name here. An event that names no
// person was caused by one all the same: a missing one is an unknown one, never "no person".
function person(account: Account): Person {
  const id = account?.accountId ?? account?.key ?? account?.name ?? null;
  return {
    id,
    name: account?.name ?? account?.accountId ?? id ?? "somebody whom Jira does not name",
    association: account?.accountType === "customer" ? "CUSTOMER" : null,
    is_bot: account?.accountType === "app",
  };
}

function withoutBody(id: string): DeliveryEvent {
  return {
    ...readEvent(id, { webhookEvent: "no_body", comment: null, user: null }),
    no_text_reason: 'the body is empty: untick "Exclude body" of this webhook in Jira',
  };
}

const isEmpty = (payload: unknown): boolean =>
  typeof payload === "object" && payload !== null && !Array.isArray(payload) &&
  Object.keys(payload).length === 0;
