import { getLogger } from "@logtape/logtape";
import { type Reply, replyFailed, replySent, takeReply } from "@/db/replies.ts";
import { providers } from "@/server/providers/mod.ts";
import { type Provider, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { createRedactor } from "@/db/process/redact.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "send_reply"]);

/** Tries before a reply is given up although trying again might help: about a day. */
const MOST_TRIES = 24;
const LONGEST_PAUSE_SECONDS = 3600;

interface Outside {
  outside_id: string | null;
  outside_url: string | null;
}
const NOTHING: Outside = { outside_id: null, outside_url: null };

/**
 * Sends one reply: posted the first time, updated after that. A refusal for good is kept on the
 * row and shown; anything else is tried again when the provider says, or after a growing pause.
 */
export async function sendReply(worker: Worker, reply_id: string): Promise<void> {
  const reply = await takeReply(worker.db, reply_id);
  if (!reply) return;
  try {
    await replySent(worker.db, reply, await send(worker, reply));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const retry_after_seconds = pauseAfter(error, reply.tries);
    log.warn("reply {reply_id} did not go out: {error}", { reply_id, error: error.message });
    await replyFailed(worker.db, reply, { error: error.message, retry_after_seconds });
  }
}

/** Seconds until the next try, or null when there is none. Pure. */
export function pauseAfter(error: ProviderError, tries: number): number | null {
  if (error.permanent || tries >= MOST_TRIES) return null;
  const growing = Math.min(2 ** tries, LONGEST_PAUSE_SECONDS);
  return Math.max(error.retry_after_seconds ?? 0, growing);
}

async function send(worker: Worker, reply: Reply): Promise<Outside> {
  const provider = providers.get(reply.provider);
  const connection = worker.connections[reply.provider];
  if (!provider || !connection) {
    throw new ProviderError(`no provider ${reply.provider} here`, { permanent: true });
  }
  const sender = provider.connect(connection);
  switch (reply.kind) {
    case "comment":
      return await comment(worker, reply, provider, sender);
    case "reaction":
      await sender.react(reply.target, reply.body);
      return NOTHING;
    default:
      throw new ProviderError(`${reply.provider} cannot send a ${reply.kind}`, { permanent: true });
  }
}

async function comment(
  worker: Worker,
  reply: Reply,
  provider: Provider,
  sender: Sender,
): Promise<Outside> {
  const own_name = worker.own_names[reply.provider];
  const marker_id = reply.task_id ?? reply.reply_id;
  const body = provider.prepare(createRedactor(worker.secrets).redact(reply.body), {
    marker_id,
    mentions: [worker.command_prefix, ...(own_name ? [`@${own_name}`] : [])],
    more_url: reply.task_id && `${worker.public_url}/tasks/${reply.task_id}`,
  });
  const posted = reply.outside_id ?? await postedBefore(reply, sender, marker_id);
  if (posted) {
    await sender.updateComment(reply.target, posted, body);
    return { outside_id: posted, outside_url: null };
  }
  const { comment_id, url } = await sender.comment(reply.target, body);
  return { outside_id: comment_id, outside_url: url };
}

/** An earlier try may have arrived although we never heard so: our marker tells. */
async function postedBefore(reply: Reply, sender: Sender, marker_id: string) {
  if (reply.tries <= 1) return null;
  return await sender.findComment(reply.target, marker_id, reply.created_at);
}
