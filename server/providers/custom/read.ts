import { markerOf } from "@/server/providers/markdown_out.ts";
import { contentId, parsePayload, readingOf } from "@/server/providers/payload.ts";
import type { DeliveryEvent, Person, Reading } from "@/server/providers/provider.ts";
import type { Signs } from "@/server/providers/signs.ts";
import { type Message, message } from "./schema.ts";

const MAX_TITLE = 300;
/** A body up to this length is shown to the agent whole when it has no text. */
const MAX_SHOWN_BYTES = 64 * 1024;
const CONTAINER = { id: "custom", name: "custom" };

/**
 * Reads a verified delivery: any JSON object. All fields are optional: `type`, `id`, `object_id`,
 * `title`, `text`, `url` and `actor: { id, name }`; whatever else there is, templates can name.
 */
export function readCustom(headers: Headers, body: Uint8Array): Reading {
  return readingOf(() => {
    const payload = parsePayload(headers.get("content-type"), body);
    const said = message.parse(payload);
    const delivery_id = headers.get("webhook-id") || contentId(body);
    return { kind: "event", event: readEvent(said, delivery_id, body), payload };
  }, () => "the body is no JSON object");
}

function readEvent(said: Message, delivery_id: string, body: Uint8Array): DeliveryEvent {
  const event_type = said.type ?? "event";
  // what names no object is one of its own
  const object_id = said.object_id ?? said.id ?? delivery_id;
  const external_id = `${CONTAINER.id}:${object_id}`;
  const text = said.text?.trim() ? said.text : null;
  const actor = actorOf(said);
  const title = titleOf(said, event_type);
  const url = webAddress(said.url);
  return {
    event_type,
    provider_delivery_id: delivery_id,
    // a sender that tries again keeps the id
    dedupe_id: delivery_id,
    text_key: text === null ? null : `message:${delivery_id}`,
    event_key: null,
    // each webhook stands for a sender of its own
    instance: null,
    container: CONTAINER,
    object: { id: object_id, kind: "object", title, url },
    external_id,
    actor,
    text,
    no_text_reason: text === null ? 'the body has no field "text"' : null,
    addressed: false,
    text_url: text === null ? null : url,
    context: { title, body: text === null ? shown(body) : "", author: actor },
    via_app_id: null,
    signs: signsOf(text),
    reply_target: { object_id, external_id, in_reply_to: said.id ?? delivery_id },
    is_fork: null,
  };
}

/** A comment of ours is named by its marker, and may come back from where our answers go. */
function signsOf(text: string | null): Signs | null {
  const marker = markerOf(text ?? "");
  return marker === null ? null : { ids: [marker], marker, kind: "post" };
}

/** Whoever holds the secret is trusted, whomever they name. */
function actorOf({ actor }: Message): Person {
  const name = actor?.name ?? actor?.id ?? "sender";
  return { id: actor?.id ?? name, name, association: "SENDER", is_bot: false };
}

function titleOf({ title, text }: Message, event_type: string): string {
  const first_line = /\S.{0,99}/.exec((text ?? "").slice(0, 10_000))?.[0].trim();
  return (title?.trim() || first_line || event_type).slice(0, MAX_TITLE).toWellFormed();
}

/** An address that a page may link to, or null. */
function webAddress(address: string | null | undefined): string | null {
  const url = URL.parse((address ?? "").slice(0, 2000));
  return url && /^https?:$/.test(url.protocol) && url.username === "" ? url.href : null;
}

const shown = (body: Uint8Array): string =>
  body.length > MAX_SHOWN_BYTES ? "" : new TextDecoder().decode(body);
