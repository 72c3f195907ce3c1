import { markerOf } from "@/server/providers/markdown_out.ts";
import {
  contentId,
  firstProblem,
  parsePayload,
  readingOf,
  unreadable,
} from "@/server/providers/payload.ts";
import type { DeliveryEvent, Person, Reading } from "@/server/providers/provider.ts";
import { organizationOf, pageOf, projectOf } from "./addresses.ts";
import { contextOf } from "./context.ts";
import { type AnyEvent, anyEvent, type Data, type ReplyTarget } from "./schema.ts";

const RESOURCE = /^[a-z][a-z_]{0,49}$/;
const DELIVERY_ID = /^[\w-]{1,100}$/;
const MAX_TITLE = 300;
/** The id of an installation is a UUID, so it is enough: comments do not say which Sentry it is. */
const INSTANCE = "sentry";
const NOBODY: Person = { id: null, name: null, association: null, is_bot: false };

/** Reads a verified delivery of Sentry; what it cannot read comes back as a reason. */
export function readSentry(headers: Headers, body: Uint8Array): Reading {
  const resource = headers.get("sentry-hook-resource") ?? "";
  if (!RESOURCE.test(resource)) {
    return unreadable("the header Sentry-Hook-Resource is missing or odd");
  }
  const ids = idsOf(headers, resource, body);
  return readingOf(() => {
    if (body.length === 0) return { kind: "event", event: withoutBody(resource, ids), payload: {} };
    const payload = parsePayload(headers.get("content-type"), body);
    return { kind: "event", event: readEvent(resource, ids, anyEvent.parse(payload)), payload };
  }, (error) => `${resource}: ${firstProblem(error)}`);
}

type Ids = Pick<DeliveryEvent, "provider_delivery_id" | "dedupe_id">;

/** Each attempt has a `Request-ID` of its own, so attempts are known by their content. */
function idsOf(headers: Headers, resource: string, body: Uint8Array): Ids {
  const dedupe_id = contentId(`${resource}\n`, body);
  const given = headers.get("request-id") ?? "";
  return { dedupe_id, provider_delivery_id: DELIVERY_ID.test(given) ? given : dedupe_id };
}

function readEvent(resource: string, ids: Ids, any: AnyEvent): DeliveryEvent {
  const event_type = `${resource}.${any.action}`;
  const data = any.data ?? {};
  const organization = organizationOf(data);
  const project = projectOf(data);
  const object = objectOf(resource, data);
  const uuid = any.installation?.uuid ?? data.installation?.uuid;
  const is_comment = event_type === "comment.created";
  const text = is_comment && data.comment_id && data.comment ? data.comment : null;
  return {
    event_type,
    ...ids,
    text_key: text && `comment:${data.comment_id}`,
    event_key: eventKey(event_type, data),
    instance: INSTANCE,
    container: uuid ? { id: uuid, name: project ?? organization ?? uuid } : null,
    object,
    external_id: object && `${project ?? organization ?? ""}#${object.id}`,
    actor: actorOf(resource, any),
    text,
    no_text_reason: text ? null : whyNoText(event_type, is_comment),
    addressed: false,
    text_url: text && object && object.url,
    context: contextOf(data),
    via_app_id: null,
    signs: data.comment_id
      ? { ids: [data.comment_id], marker: markerOf(data.comment ?? ""), kind: "post" }
      : null,
    reply_target: targetOf(data, organization),
    is_fork: null,
  };
}

const whyNoText = (event_type: string, is_comment: boolean): string =>
  is_comment ? "the comment is empty" : `${event_type} creates no text that commands are read from`;

const issueIdOf = ({ issue, event, error, issue_id }: Data): string | null =>
  issue?.id ?? event?.issue_id ?? error?.issue_id ?? issue_id ?? null;

function objectOf(resource: string, data: Data): DeliveryEvent["object"] {
  const issue_id = issueIdOf(data);
  const url = pageOf(data);
  const event = data.event ?? data.error;
  if (issue_id) return named("issue", issue_id, data.issue?.title ?? event?.title, url);
  const alert = data.metric_alert;
  if (alert) {
    const title = data.description_title ?? alert.title ?? `alert ${alert.id}`;
    return named("metric_alert", `alert:${alert.id}`, title, url);
  }
  if (event?.event_id) return named("event", `event:${event.event_id}`, event.title, url);
  const uuid = resource === "installation" ? data.installation?.uuid : null;
  return uuid ? named("installation", `installation:${uuid}`, null, null) : null;
}

const named = (kind: string, id: string, title: Maybe<string>, url: string | null) => ({
  id,
  kind,
  title: (title ?? (kind === "issue" ? `#${id}` : id)).slice(0, MAX_TITLE),
  url,
});

type Maybe<T> = T | null | undefined;

function targetOf(data: Data, organization: string | null): ReplyTarget | null {
  const issue_id = issueIdOf(data);
  return issue_id ? { issue_id, organization } : null;
}

/**
 * Sentry stamps what any app did with the name of the app that is told of it, so ours cannot be
 * told from others: no app's comment counts. What is no comment was then done by no person.
 */
function actorOf(resource: string, { actor }: AnyEvent): Person {
  const person = {
    id: actor?.id === null || actor?.id === undefined ? null : String(actor.id),
    name: actor?.name ?? null,
  };
  // only members of an organization can write and click there
  if (actor?.type === "user") return { ...person, association: "MEMBER", is_bot: false };
  if (resource !== "comment") return NOBODY;
  return { ...person, association: null, is_bot: actor?.type === "application" };
}

/** An event may set off more than one alert rule. */
function eventKey(event_type: string, data: Data): string | null {
  if (data.comment_id) {
    return event_type === "comment.updated" ? null : `${event_type}:${data.comment_id}`;
  }
  if (event_type === "issue.created" && data.issue) return `${event_type}:${data.issue.id}`;
  const event_id = data.event?.event_id ?? data.error?.event_id;
  return event_id ? [event_type, event_id, data.triggered_rule ?? ""].join(":") : null;
}

function withoutBody(resource: string, ids: Ids): DeliveryEvent {
  const event = readEvent(resource, ids, { action: "empty" });
  return { ...event, no_text_reason: "the body is empty" };
}
