import type { DeliveryEvent, OutsideText, Person } from "@/server/providers/provider.ts";
import type { Signs } from "@/server/providers/signs.ts";
import { markerIn } from "./outgoing.ts";
import { located, type Place, reactionId, targetOf, threadAddress, titleOf } from "./place.ts";
import { type EventCallback, eventCallback, type Inner, type SlackEvent } from "./schema.ts";
import { readableText } from "./text.ts";
import { thingOfEvent } from "./things.ts";

/** Messages that people write; every other subtype tells of something or repeats what was said. */
const SAID = new Set(["app_mention", "message", "message.file_share", "message.thread_broadcast"]);

/** A person did it, whom the payload does not name. */
export const UNNAMED = "somebody unnamed";

/** Reads an `event_callback`. Throws ZodError when it lacks what such an event must have. */
export function readEventCallback(payload: unknown): DeliveryEvent {
  const callback = eventCallback.parse(payload);
  const { event, event_id } = callback;
  const event_type = event.subtype ? `${event.type}.${event.subtype}` : event.type;
  const place = placeOf(callback);
  const own_ts = messageTs(event);
  const created = createdText(event_type, event, place, own_ts);
  const text = created.text;
  return {
    event_type,
    provider_delivery_id: event_id,
    dedupe_id: event_id,
    // the same message comes as `app_mention` and as `message`
    text_key: text === null ? null : `${place.channel}:${own_ts}`,
    event_key: eventKey(event, place),
    ...located(place, titleOf(text ?? event.root?.text ?? "")),
    actor: actorOf(callback),
    ...created,
    addressed: text !== null && event.channel_type === "im",
    text_url: text === null
      ? null
      : threadAddress(place.team?.id ?? null, place.channel, place.thread_ts),
    context: rootOf(event.root, callback),
    via_app_id: event.app_id ?? event.bot_profile?.app_id ?? null,
    signs: signsOf(event, place.channel, own_ts),
    reply_target: targetOf(place, { message_ts: own_ts, user: event.user }),
    is_fork: null,
  };
}

function placeOf({ event, team_id, enterprise_id, authorizations }: EventCallback): Place {
  const team = team_id ?? authorizations?.[0]?.team_id ?? enterprise_id;
  const about = event.message ?? event.previous_message;
  return {
    team: team ? { id: team, name: team } : null,
    channel: event.channel ?? event.channel_id ?? event.item?.channel ??
      event.assistant_thread?.channel_id ?? null,
    thing: thingOfEvent(event),
    thread_ts: event.thread_ts ?? event.assistant_thread?.thread_ts ?? about?.thread_ts ??
      event.previous_message?.thread_ts ??
      messageTs(event),
  };
}

/** The message that an event is about: a change and a deletion have a time of their own as well. */
function messageTs({ ts, message, previous_message, deleted_ts, item, message_ts }: SlackEvent) {
  return message?.ts ?? previous_message?.ts ?? deleted_ts ?? ts ?? item?.ts ?? item?.message?.ts ??
    message_ts ?? null;
}

function signsOf(event: SlackEvent, channel: string | null, ts: string | null): Signs | null {
  if (!channel || !ts) return null;
  const { type, message, metadata } = event;
  if (type === "reaction_added") {
    return { ids: [reactionId(channel, ts)], marker: null, kind: "deed" };
  }
  if (type !== "message" && type !== "app_mention") return null;
  return {
    ids: [`${channel}:${ts}`],
    marker: markerIn(message?.metadata ?? metadata),
    kind: "post",
  };
}

type Created = Pick<DeliveryEvent, "text" | "no_text_reason">;

function createdText(
  event_type: string,
  event: SlackEvent,
  place: Place,
  own_ts: string | null,
): Created {
  const none = (no_text_reason: string): Created => ({ text: null, no_text_reason });
  if (!SAID.has(event_type)) {
    return none(`${event_type} creates no text that commands are read from`);
  }
  // a mention that is edited into an old message comes as `app_mention` again
  if (event.edited) return none("the message was edited: commands are read when it is written");
  if (!place.team || !place.channel || !own_ts) {
    return none("the message names no team, channel or time");
  }
  return { text: readableText(event.text ?? ""), no_text_reason: null };
}

function eventKey(event: SlackEvent, { channel }: Place): string | null {
  if (!event.event_ts) return null;
  const { user, reaction, event_ts } = event;
  return [channel, messageTs(event), user, reaction, event_ts].map((part) => part ?? "").join(":");
}

/** Names change and two people may share one, so a person goes by the id alone. */
function actorOf({ event, team_id, is_ext_shared_channel }: EventCallback): Person {
  const by_message = event.message ?? event.previous_message;
  const id = event.user ?? event.user_id ?? by_message?.user ?? event.bot_id ?? null;
  const teams = [event.user_team, event.source_team, event.team];
  const is_elsewhere = is_ext_shared_channel === true ||
    teams.some((team) => team != null && team !== team_id);
  const association = is_elsewhere ? "SHARED_CHANNEL" : null;
  // unnamed is not the same as nobody: only Slack itself may act without a person
  return { id, name: id ?? UNNAMED, association, is_bot: isBot(event) };
}

const isBot = ({ bot_id, app_id, bot_profile, subtype, user, message }: SlackEvent): boolean =>
  bot_id != null || app_id != null || bot_profile != null || message?.bot_id != null ||
  subtype === "bot_message" || user === "USLACKBOT";

function rootOf(root: Inner, { is_ext_shared_channel }: EventCallback): OutsideText | null {
  if (!root?.text) return null;
  const id = root.user ?? null;
  const association = is_ext_shared_channel ? "SHARED_CHANNEL" : null;
  const author = { id, name: id, association, is_bot: root.bot_id != null };
  const body = readableText(root.text);
  return { title: titleOf(body), body, author };
}
