import { getLogger } from "@logtape/logtape";
import { type Priced, type Reply, replyFailed, replySent, takeReply } from "@/db/replies.ts";
import { holdPace } from "@/db/replies/pace.ts";
import { providers } from "@/server/providers/mod.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { doorOf } from "@/workers/send_reply/door.ts";
import { paceOf } from "@/workers/send_reply/pace.ts";
import { passOn, wayBack } from "@/workers/send_reply/pass_on.ts";
import { sayComment, sayLabels, sayMessage, sayReaction } from "@/workers/send_reply/say.ts";
import { voiceOf } from "@/workers/send_reply/voice.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "send_reply"]);

/** Tries before a reply is given up although trying again might help: about a day. */
const MOST_TRIES = 24;
const LONGEST_PAUSE_SECONDS = 3600;

const KINDS = {
  comment: sayComment,
  message: sayMessage,
  reaction: sayReaction,
  label: sayLabels,
} as const;

/**
 * Sends one reply, at the pace that its place allows. A refusal for good is kept on the row and
 * shown; anything else is tried again when the provider says, or after a growing pause.
 */
export async function sendReply(worker: Worker, reply_id: string): Promise<void> {
  const reply = await takeReply(worker.db, reply_id, priceOf);
  if (!reply) return;
  try {
    await send(worker, reply);
    await replySent(worker.db, reply);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    await failed(worker, reply, error);
  }
}

async function failed(worker: Worker, reply: Reply, error: ProviderError): Promise<void> {
  const { reply_id, provider, kind, target } = reply;
  const retry_after_seconds = pauseAfter(error, reply.tries);
  log.warn("reply {reply_id} did not go out: {error}", { reply_id, error: error.message });
  const pace = paceOf(provider, kind, target);
  // who asks us to wait means all that we say there
  if (pace && error.retry_after_seconds !== null && !error.permanent) {
    await holdPace(worker.db, pace, error.retry_after_seconds);
  }
  const told = worker.redactor.redact(error.message);
  await replyFailed(worker.db, reply, { error: told, retry_after_seconds });
}

/** Seconds until the next try, or null when there is none. Pure. */
export function pauseAfter(error: ProviderError, tries: number): number | null {
  if (error.permanent || tries >= MOST_TRIES) return null;
  const growing = Math.min(2 ** tries, LONGEST_PAUSE_SECONDS);
  return Math.max(error.retry_after_seconds ?? 0, growing);
}

/** A comment costs as much as it has parts. */
function priceOf({ provider, kind, target, reply_id, body }: Reply): Priced | null {
  const pace = paceOf(provider, kind, target);
  if (!pace) return null;
  const outgoing = { marker_id: reply_id, mentions: [], more_url: null };
  const says = kind === "comment" || kind === "message";
  const parts = says ? providers.get(provider)?.prepare(body, outgoing).length : 1;
  return { pace, cost: parts ?? 1 };
}

async function send(worker: Worker, reply: Reply): Promise<void> {
  const provider = providers.get(reply.provider);
  const connection = worker.connections[reply.provider];
  if (!provider || !connection) {
    throw new ProviderError(`no provider ${reply.provider} here`, { permanent: true });
  }
  const door = await doorOf(worker, reply);
  const voice = voiceOf(worker, reply, provider, door);
  if (reply.kind === "forward") return await passOn(worker, reply, voice.whole);
  const way_back = reply.provider === "custom" ? wayBack(worker, door) : {};
  const sender = provider.connect({ ...connection, ...way_back });
  await KINDS[reply.kind]({ worker, reply, provider, sender, voice });
}
