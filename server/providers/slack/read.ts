import { contentId, parsePayload, readingOf } from "@/server/providers/payload.ts";
import type { Answer, DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { readSlashCommand } from "./command.ts";
import { readEventCallback, UNNAMED } from "./event.ts";
import { decodeFields, isForm, rawFields } from "./form.ts";
import { answerTo, readInteraction } from "./interaction.ts";
import { located } from "./place.ts";
import { envelope, urlVerification } from "./schema.ts";

const NOTHING: Answer = { content_type: "text/plain", body: "" };

/** Reads a verified delivery of Slack; what it cannot read comes back as a reason. */
export function readSlack(headers: Headers, body: Uint8Array): Reading {
  const content_type = headers.get("content-type");
  return readingOf(() =>
    isForm(content_type)
      ? readForm(content_type, body)
      : readJson(parsePayload(content_type, body), body)
  );
}

/** Events API. */
function readJson(payload: unknown, body: Uint8Array): Reading {
  const { type } = envelope.parse(payload);
  if (type === "event_callback") {
    return { kind: "event", event: readEventCallback(payload), payload };
  }
  const event = plainEvent(type, payload, body);
  if (type !== "url_verification") return { kind: "event", event, payload };
  const { challenge } = urlVerification.parse(payload);
  return { kind: "ping", event, payload, answer: { ...NOTHING, body: challenge } };
}

/** Slash commands are fields; what people press and fill in is JSON in the field `payload`. */
function readForm(content_type: string | null, body: Uint8Array): Reading {
  const raw = rawFields(body);
  if (raw.has("payload")) {
    const payload = parsePayload(content_type, body);
    const event = readInteraction(payload, contentId(body));
    return { kind: "event", event, payload, answer: answerTo(envelope.parse(payload).type) };
  }
  const payload = decodeFields(raw);
  if (payload.ssl_check === "1") {
    const event = plainEvent("ssl_check", payload, body);
    return { kind: "ping", event, payload, answer: NOTHING };
  }
  const event = readSlashCommand(payload);
  return { kind: "event", event, payload, answer: NOTHING, shows_answer: true };
}

/** Something that Slack itself says, about no message. */
function plainEvent(event_type: string, payload: unknown, body: Uint8Array): DeliveryEvent {
  const { team_id } = envelope.partial({ type: true }).parse(payload);
  const team = team_id ? { id: team_id, name: team_id } : null;
  const from_slack = ["url_verification", "ssl_check", "app_rate_limited"].includes(event_type);
  return {
    event_type,
    provider_delivery_id: contentId(body),
    dedupe_id: contentId(body),
    text_key: null,
    event_key: null,
    ...located({ team, channel: null, thread_ts: null }, ""),
    actor: { id: null, name: from_slack ? null : UNNAMED, association: null, is_bot: false },
    text: null,
    no_text_reason: `${event_type} creates no text that commands are read from`,
    addressed: false,
    text_url: null,
    context: null,
    via_app_id: null,
    signs: null,
    reply_target: null,
    is_fork: null,
  };
}
