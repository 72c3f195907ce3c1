import type { Answer, DeliveryEvent, OutsideText } from "@/server/providers/provider.ts";
import { UNNAMED } from "./event.ts";
import { located, type Place, targetOf, threadAddress, titleOf } from "./place.ts";
import { type Interaction, interaction } from "./schema.ts";
import { readableText } from "./text.ts";
import { thingOfInteraction } from "./things.ts";

const DECISIONS = new Set(["approve", "reject"]);
/** What buttons of ours below a plan are bound to. */
const BOUND = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9a-f]{64})$/;
const ACTION_ID = /^[\w.:-]{1,100}$/;

/** Reads an interaction; `content_id` names it when it has no trigger. Throws ZodError when it
 * lacks what such an interaction must have. */
export function readInteraction(payload: unknown, content_id: string): DeliveryEvent {
  const done = interaction.parse(payload);
  const place = placeOf(done);
  const text = done.type === "block_actions" ? spoken(done) : null;
  const event_type = eventType(done);
  const delivery_id = done.trigger_id ?? content_id;
  const user = done.user?.id ?? null;
  return {
    event_type,
    provider_delivery_id: delivery_id,
    dedupe_id: delivery_id,
    text_key: text === null ? null : `action:${place.channel}:${delivery_id}`,
    event_key: done.trigger_id ?? done.action_ts ?? null,
    ...located(place, titleOf(done.message?.text ?? "")),
    actor: {
      id: user,
      name: user ?? UNNAMED,
      association: isElsewhere(done) ? "SHARED_CHANNEL" : null,
      is_bot: false,
    },
    text,
    press: pressOf(done),
    no_text_reason: text === null
      ? `${event_type} creates no text that commands are read from`
      : null,
    addressed: text !== null,
    text_url: text === null
      ? null
      : threadAddress(place.team?.id ?? null, place.channel, place.thread_ts),
    context: contextOf(done),
    via_app_id: null,
    signs: null,
    reply_target: targetOf(place, {
      message_ts: messageTs(done),
      user,
      response_url: done.response_url ?? done.response_urls?.[0]?.response_url,
    }),
    is_fork: null,
  };
}

function spoken({ actions }: Interaction): string | null {
  const { action_id, value } = actions?.[0] ?? {};
  if (!action_id) return null;
  if (DECISIONS.has(action_id)) {
    return BOUND.test(value ?? "") ? action_id : `${action_id} ${value ?? ""}`.trim();
  }
  return action_id.startsWith("answer") ? value ?? null : null;
}

function pressOf({ type, actions }: Interaction): DeliveryEvent["press"] {
  const { action_id, value } = actions?.[0] ?? {};
  const bound = BOUND.exec(value ?? "");
  if (type !== "block_actions" || !bound || !DECISIONS.has(action_id ?? "")) return null;
  return { approval_id: bound[1], plan_hash: bound[2] };
}

function eventType({ type, actions }: Interaction): string {
  const action_id = type === "block_actions" ? actions?.[0]?.action_id : null;
  return action_id && ACTION_ID.test(action_id) ? `${type}.${action_id}` : type;
}

function placeOf(done: Interaction): Place {
  const { team, enterprise, container, channel, message, view, response_urls } = done;
  const enterprise_id = enterprise?.id;
  return {
    team: team
      ? { id: team.id, name: team.domain || team.id }
      : view?.team_id
      ? { id: view.team_id, name: view.team_id }
      : enterprise_id
      ? { id: enterprise_id, name: enterprise_id }
      : null,
    channel: channel?.id ?? container?.channel_id ?? response_urls?.[0]?.channel_id ?? null,
    thing: thingOfInteraction(done),
    thread_ts: message?.thread_ts ?? container?.thread_ts ?? done.original_message?.thread_ts ??
      messageTs(done),
  };
}

const messageTs = ({ container, message, message_ts }: Interaction): string | null =>
  container?.message_ts ?? message?.ts ?? message_ts ?? null;

const isElsewhere = ({ user, team }: Interaction): boolean =>
  user?.team_id != null && team != null && user.team_id !== team.id;

/** The message that a shortcut was used on: somebody wrote it, but not now. */
function contextOf({ type, message }: Interaction): OutsideText | null {
  if (type !== "message_action" || !message?.text) return null;
  const id = message.user ?? null;
  const body = readableText(message.text);
  const author = { id, name: id, association: null, is_bot: message.bot_id != null };
  return { title: titleOf(body), body, author };
}

/** Slack takes an empty answer everywhere but where it asks for choices: we have none. */
export function answerTo(type: string): Answer {
  return type === "block_suggestion" || type === "dialog_suggestion"
    ? { content_type: "application/json", body: '{"options":[]}' }
    : { content_type: "text/plain", body: "" };
}
