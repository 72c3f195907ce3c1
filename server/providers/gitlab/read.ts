import { z } from "zod";
import { parsePayload, readingOf, unreadable } from "@/server/providers/payload.ts";
import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import {
  baseOf,
  containerOf,
  instanceOf,
  projectId,
  projectPath,
  wholeInstance,
} from "./container.ts";
import { deliveryId, eventKey } from "./keys.ts";
import { eventType } from "./kind.ts";
import { readNews } from "./news.ts";
import { actorOf } from "./person.ts";
import { objectOf, type Thing } from "./place.ts";
import { type AnyEvent, anyEvent, type ReplyTarget, replyTarget } from "./schema.ts";
import { signsOf } from "./signs.ts";
import { contextOf, createdText, isFork } from "./text.ts";

const MAX_TITLE = 300;

export function readGitlab(headers: Headers, body: Uint8Array): Reading {
  return readingOf(() => {
    const payload = parsePayload(headers.get("content-type"), body);
    const any = anyEvent.parse(payload);
    const event_type = eventType(headers.get("x-gitlab-event"), any);
    if (event_type === null) {
      return unreadable("neither X-Gitlab-Event nor object_kind says what this is");
    }
    const id = deliveryId(headers, body);
    return { kind: "event", event: readEvent(event_type, id, any, headers, payload), payload };
  }, () => "the body is no JSON object");
}

function readEvent(
  event_type: string,
  delivery_id: string,
  any: AnyEvent,
  headers: Headers,
  payload: unknown,
): DeliveryEvent {
  const thing = objectOf(any, headers);
  const instance = instanceOf(any, headers);
  const is_whole = thing?.kind === "user" || thing?.kind === "key";
  const container = containerOf(any) ?? (is_whole ? wholeInstance(instance) : null);
  const base = baseOf(any);
  const created = createdText(event_type, any);
  const is_text = created.text !== null;
  const target = thing && targetOf(event_type, any, thing);
  return {
    event_type,
    provider_delivery_id: delivery_id,
    dedupe_id: delivery_id,
    text_key: is_text ? created.text_key : null,
    event_key: eventKey(any, thing?.id ?? null, headers),
    instance,
    container,
    object: thing && {
      id: thing.id,
      kind: thing.kind,
      title: thing.title.slice(0, MAX_TITLE),
      url: base && thing.path && base + thing.path,
    },
    external_id: container && thing && `${container.id}${thing.id}`,
    actor: actorOf(any),
    text: created.text,
    no_text_reason: is_text ? null : created.why_not,
    addressed: false,
    text_url: is_text && base && thing?.path ? base + thing.path + created.anchor : null,
    context: contextOf(any),
    via_app_id: null,
    signs: signsOf(any, target),
    reply_target: target,
    is_fork: isFork(any),
    news: readNews(any, payload),
  };
}

function targetOf(event_type: string, any: AnyEvent, thing: Thing): ReplyTarget | null {
  const note = any.object_attributes?.noteable_type ? any.object_attributes : null;
  const is_commit = thing.kind === "commit";
  // every note has a discussion, but only these are threads
  const is_thread = /^(DiscussionNote|DiffNote)$/.test(note?.type ?? "");
  const { project, discussion_id } = replyTarget.shape;
  const read = replyTarget.safeParse({
    project_id: projectId(any),
    // an odd one costs the link or the thread and not the answer
    project: orNull(project, projectPath(any)),
    kind: thing.kind,
    iid: is_commit ? null : Number(thing.id.slice(1)),
    sha: is_commit ? thing.id.slice(1) : null,
    note_id: note?.id ?? null,
    discussion_id: is_thread ? orNull(discussion_id, note?.discussion_id) : null,
    internal: isInternal(event_type, any),
  });
  return read.success ? read.data : null;
}

const orNull = <T>(schema: z.ZodType<T>, value: unknown): T | null =>
  schema.nullable().catch(null).parse(value);

/** What was said among the project's people on an issue that others read, too. */
function isInternal(event_type: string, any: AnyEvent): boolean {
  if (any.object_attributes?.internal) return true;
  const is_seen_by_others = !(any.issue ?? any.work_item)?.confidential;
  return /^confidential_note\b/.test(event_type) && is_seen_by_others;
}
