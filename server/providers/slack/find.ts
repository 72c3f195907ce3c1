import { z } from "zod";
import type { Connection } from "@/server/providers/provider.ts";
import { ask } from "./call.ts";
import { markerIn } from "./outgoing.ts";
import { ownIdentity } from "./people.ts";
import { metadata, type ReplyTarget, ts } from "./schema.ts";

const PAGE = 200;
const MAX_PAGES = 20;
const CLOCK_SLACK_SECONDS = 600;

const messages = z.object({
  messages: z.array(z.object({
    ts,
    user: z.string().nullish(),
    metadata,
  })),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** `channel:ts` of our message in this thread, or in the channel where there is no thread.
 * Another app may copy our marker, so the author counts too. Throws ProviderError. */
export async function findMessage(
  connection: Connection,
  { channel, thread_ts }: ReplyTarget,
  marker_id: string,
  since: Date | null,
): Promise<string | null> {
  // only a channel's id can be read from: rather post twice than not at all
  if (channel.startsWith("#")) return null;
  const method = thread_ts ? "conversations.replies" : "conversations.history";
  const args: Record<string, string> = {
    channel,
    ...(thread_ts ? { ts: thread_ts } : {}),
    ...(since ? { oldest: String(since.getTime() / 1000 - CLOCK_SLACK_SECONDS) } : {}),
    include_all_metadata: "true",
    limit: String(PAGE),
  };
  let own: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const list = await ask(connection, method, args, messages);
    for (
      const message of list.messages.filter((one) => markerIn(one.metadata) === marker_id)
    ) {
      own ??= (await ownIdentity(connection)).user_id;
      if (message.user === own) return `${channel}:${message.ts}`;
    }
    args.cursor = list.response_metadata?.next_cursor ?? "";
    if (args.cursor === "") return null;
  }
  return null;
}
