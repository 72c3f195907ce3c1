import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { isHooksAddress, type ReplyTarget } from "./schema.ts";
import type { Thing } from "./things.ts";

export interface Place {
  team: { id: string; name: string } | null;
  channel: string | null;
  thread_ts: string | null;
  thing?: Thing | null;
}

type Located = Pick<DeliveryEvent, "instance" | "container" | "object" | "external_id">;

/** Names the thread, else the channel, else the thing; `command` stands for a missing thread. */
export function located(
  { team, channel, thread_ts, thing }: Place,
  title: string,
  command: string | null = null,
): Located {
  if (channel === null && thing) return locatedThing(team, thing);
  const key = thread_ts ?? command;
  const id = channel && key ? `${channel}:${key}` : channel;
  const kind = !key ? "channel" : thread_ts ? "thread" : "command";
  const url = threadAddress(team?.id ?? null, channel, thread_ts);
  return {
    instance: "slack.com",
    container: team,
    object: id === null ? null : { id, kind, title: title || id, url },
    external_id: team && id !== null ? `${team.id}:${id}` : null,
  };
}

function locatedThing(team: Place["team"], { kind, id }: Thing): Located {
  return {
    instance: "slack.com",
    container: team,
    object: { id: `${kind}:${id}`, kind, title: `${kind.replaceAll("_", " ")} ${id}`, url: null },
    external_id: team && `${team.id}:${kind}:${id}`,
  };
}

export function threadAddress(
  team: string | null,
  channel: string | null,
  thread_ts: string | null,
): string | null {
  if (team === null || channel === null || channel.startsWith("#")) return null;
  const base = `https://app.slack.com/client/${team}/${channel}`;
  return thread_ts ? `${base}/thread/${channel}-${thread_ts}` : base;
}

export function targetOf(
  { team, channel, thread_ts }: Place,
  more: { message_ts?: string | null; user?: string | null; response_url?: string | null },
): ReplyTarget | null {
  if (channel === null) return null;
  const address = more.response_url;
  return {
    team: team?.id ?? null,
    channel,
    thread_ts,
    message_ts: more.message_ts ?? null,
    user: more.user ?? null,
    response_url: address && isHooksAddress(address) ? address : null,
  };
}

/** A channel of this workspace, by its id; which workspace that is, the token tells. */
export const channelPlace = (channel: string): Record<string, unknown> => ({
  team: null,
  channel,
  thread_ts: null,
  message_ts: null,
  user: null,
  response_url: null,
});

/** The thread of a message of ours, where that stands in none. */
export function belowMessage(
  target: Record<string, unknown>,
  comment_id: string,
): Record<string, unknown> {
  const [channel, ts] = comment_id.split(":", 2);
  return target.thread_ts || !ts ? target : { ...target, channel, thread_ts: ts };
}

export const reactionId = (channel: string, ts: string): string => `reaction:${channel}:${ts}`;

const MAX_TITLE = 80;

/** The first words of a text, without mentions. */
export function titleOf(text: string): string {
  const words = text.slice(0, 1000).replace(/<[@#]\w{1,100}>/g, " ").replace(/\s+/g, " ").trim();
  if (words.length <= MAX_TITLE) return words.toWellFormed();
  const space = words.lastIndexOf(" ", MAX_TITLE);
  return words.slice(0, space > MAX_TITLE / 2 ? space : MAX_TITLE).toWellFormed() + "…";
}
