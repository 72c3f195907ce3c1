import { z } from "zod";
import {
  type Begun,
  type Button,
  type Card,
  type Connection,
  ProviderError,
  type Sender,
} from "@/server/providers/provider.ts";
import { type Args, SlackError, write } from "./call.ts";
import { cardBlocks, cardText, SHORT_MESSAGE } from "./card.ts";
import { findMessage } from "./find.ts";
import { fallbackText, markdownBlocks, plainBlocks, readPart } from "./outgoing.ts";
import { fullMembers, ownIdentity } from "./people.ts";
import { located, reactionId, threadAddress } from "./place.ts";
import { id, type ReplyTarget, replyTarget, ts } from "./schema.ts";
import { whisper } from "./whisper.ts";

const REACTIONS = new Map([
  ["+1", "thumbsup"],
  ["-1", "thumbsdown"],
  ["laugh", "laughing"],
  ["hooray", "tada"],
]);
const TOO_MANY_BLOCKS = new Set(["invalid_blocks", "msg_blocks_too_long", "msg_too_long"]);

const posted = z.object({ channel: id, ts });
const anything = z.unknown();

export function connectSlack(connection: Connection): Sender {
  return {
    async comment(target, body, buttons = [], card = null) {
      const { team, channel, thread_ts } = readTarget(target);
      const place = { channel, ...(thread_ts ? { thread_ts } : {}) };
      const message = { body, buttons, card };
      const made = await post(connection, "chat.postMessage", place, message);
      return {
        comment_id: `${made.channel}:${made.ts}`,
        url: threadAddress(team, made.channel, thread_ts ?? made.ts),
      };
    },
    async updateComment(target, comment_id, body, buttons = [], card = null) {
      const place = messageOf(readTarget(target), comment_id);
      await post(connection, "chat.update", place, { body, buttons, card });
    },
    async settled(target) {
      const read = readTarget(target);
      if (read.team !== null) return target;
      return { ...target, team: (await ownIdentity(connection)).team_id };
    },
    async findComment(target, marker_id, since) {
      return await findMessage(connection, readTarget(target), marker_id, since);
    },
    begins: (target, comment_id) => threadBegun(readTarget(target), comment_id),
    async react(target, content) {
      await react(connection, readTarget(target), content);
    },
    noted(target, did) {
      const { channel, message_ts } = readTarget(target);
      return did === "reaction" && message_ts ? [reactionId(channel, message_ts)] : [];
    },
    async whisper(target, body) {
      await whisper(connection, readTarget(target), body);
    },
    async whoAmI() {
      const { user_id } = await ownIdentity(connection);
      return { id: user_id, name: user_id };
    },
    fullMembers: () => fullMembers(connection),
  };
}

interface Message {
  body: string;
  buttons: Button[];
  card: Card | null;
}

/** Posts or changes a message; what Slack cannot lay out goes in a plainer form. */
async function post(
  connection: Connection,
  method: "chat.postMessage" | "chat.update",
  place: Args,
  { body, buttons, card }: Message,
) {
  const { text, metadata } = readPart(body);
  const base = { ...place, ...(metadata ? { metadata } : {}) };
  const [rich, plain] = formsOf(text, buttons, card);
  // an update without blocks may leave the old ones, buttons too
  const first = method === "chat.postMessage" && buttons.length === 0 && !card
    ? { ...base, markdown_text: text || " " }
    : { ...base, ...rich() };
  try {
    return await write(connection, method, first, posted);
  } catch (error) {
    if (!(error instanceof SlackError) || !TOO_MANY_BLOCKS.has(error.error)) throw error;
    return await write(connection, method, { ...base, ...plain() }, posted);
  }
}

/** What is said as it should look, and as it goes where Slack refuses that. */
function formsOf(text: string, buttons: Button[], card: Card | null) {
  const fallback = card ? cardText(card) : fallbackText(text);
  const blocks = card
    ? [() => cardBlocks(card, buttons), () => cardBlocks(card, buttons, SHORT_MESSAGE)]
    : [() => markdownBlocks(text, buttons), () => plainBlocks(text, buttons)];
  return blocks.map((make) => () => ({ text: fallback, blocks: make() }));
}

async function react(connection: Connection, { channel, message_ts }: ReplyTarget, name: string) {
  if (!message_ts) {
    throw new ProviderError("Slack reactions.add: there is no message to react to", {
      permanent: true,
    });
  }
  const args = { channel, timestamp: message_ts, name: REACTIONS.get(name) ?? name };
  try {
    await write(connection, "reactions.add", args, anything);
  } catch (error) {
    if (!(error instanceof SlackError) || error.error !== "already_reacted") throw error;
  }
}

/** A comment's id is `channel:ts`: a channel that was named is only known by its id afterwards. */
function messageOf({ channel }: ReplyTarget, comment_id: string): { channel: string; ts: string } {
  const [place, time] = comment_id.includes(":") ? comment_id.split(":", 2) : [channel, comment_id];
  const message = z.object({ channel: id, ts }).safeParse({ channel: place, ts: time });
  if (message.success) return message.data;
  throw new ProviderError(`"${comment_id.slice(0, 100)}" is no message in Slack`, {
    permanent: true,
  });
}

/** A message in the channel is the first of a thread; one in a thread begins none. */
function threadBegun(target: ReplyTarget, comment_id: string): Begun | null {
  const { team, thread_ts } = target;
  if (team === null || thread_ts !== null) return null;
  const { channel, ts } = messageOf(target, comment_id);
  const place = { team: { id: team, name: team }, channel, thread_ts: ts };
  const { instance, object, external_id } = located(place, "");
  if (!object || !external_id) return null;
  return { instance, container_id: team, object_id: object.id, external_id, url: object.url };
}

function readTarget(target: unknown): ReplyTarget {
  const read = replyTarget.safeParse(target);
  if (read.success) return read.data;
  throw new ProviderError(`not a place in Slack: ${z.prettifyError(read.error)}`, {
    permanent: true,
  });
}
