import { getLogger } from "@logtape/logtape";
import { isConnectionError } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import type { Reply } from "@/db/replies.ts";
import { redactQuotes } from "@/db/process/redact/quotes.ts";
import { holdPace } from "@/db/replies/pace.ts";
import { type Priced, replyFailed, replySent, takeReply } from "@/db/replies/sending.ts";
import { providers } from "@/server/providers/mod.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { persist } from "@/workers/persist.ts";
import { webhookOf } from "@/workers/send_reply/webhook.ts";
import { paceOf } from "@/workers/send_reply/pace.ts";
import { passOn, withCallback } from "@/workers/send_reply/pass_on.ts";
import { SentBySomebodyElse } from "@/workers/send_reply/ours.ts";
import {
  addLabels,
  addReaction,
  sendComment,
  sendMessage,
} from "@/workers/send_reply/send_kinds.ts";
import { replyText } from "@/workers/send_reply/reply_text.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "send_reply"]);

const MOST_TRIES = 24;
const LONGEST_PAUSE_SECONDS = 3600;

const KINDS = {
  comment: sendComment,
  message: sendMessage,
  reaction: addReaction,
  label: addLabels,
} as const;

/** What cannot be written for so long is found again by its marker. */
const WRITE_PATIENCE_MS = 60_000;

/** A refusal for good is kept on the row; anything else is tried again later. */
export async function sendReply(worker: Worker, reply_id: string): Promise<void> {
  await worker.runs.send(() => takeAndSend(worker, reply_id));
}

async function takeAndSend(worker: Worker, reply_id: string): Promise<void> {
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  const { worker_id } = worker.runs;
  const asked = { worker_id, sending_id: newId(), priceOf };
  const reply = await persist(() => takeReply(worker.db, reply_id, asked), patience);
  if (!reply) return;
  try {
    if (reply.tries > MOST_TRIES) throw new ProviderError(UNENDED, { permanent: true });
    await send(worker, reply);
    await persist(() => replySent(worker.db, reply), patience);
  } catch (error) {
    if (error instanceof SentBySomebodyElse) log.info("{error}", { error: error.message });
    else await persist(() => failed(worker, reply, asProviderError(error)), patience);
  }
}

const UNENDED = `given up: none of ${MOST_TRIES} tries came to an end`;

/** A fault of ours counts as a try: else it would be tried for ever, unseen. */
function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (isConnectionError(error)) {
    return new ProviderError("Postgres was away while this was sent", { permanent: false });
  }
  const why = error instanceof Error ? error.message : String(error);
  log.error("a reply met a fault of ours: {error}", { error });
  return new ProviderError(`unexpected: ${why}`, { permanent: false });
}

async function failed(worker: Worker, reply: Reply, error: ProviderError): Promise<void> {
  const { reply_id, provider, kind, target } = reply;
  const retry_after_seconds = pauseAfter(error, reply.tries);
  log.warn("reply {reply_id} did not go out: {error}", { reply_id, error: error.message });
  const pace = paceOf(provider, kind, target);
  // Who asks us to wait means all that we say there.
  if (pace && error.retry_after_seconds !== null && !error.permanent) {
    await holdPace(worker.db, pace, error.retry_after_seconds);
  }
  const told = redactQuotes(error.message, worker.redactor);
  await replyFailed(worker.db, reply, { error: told, retry_after_seconds });
}

export function pauseAfter(error: ProviderError, tries: number): number | null {
  if (error.permanent || tries >= MOST_TRIES) return null;
  const growing = Math.min(2 ** tries, LONGEST_PAUSE_SECONDS);
  return Math.max(error.retry_after_seconds ?? 0, growing);
}

/** A comment costs as much as it has parts. */
function priceOf(reply: Reply): Priced | null {
  const pace = paceOf(reply.provider, reply.kind, reply.target);
  return pace && { pace, cost: partsOf(reply) };
}

// What cannot be prepared fails when it is sent, and the failure is kept on its row.
function partsOf({ provider, kind, reply_id, body }: Reply): number {
  if (kind !== "comment" && kind !== "message") return 1;
  try {
    const outgoing = { marker_id: reply_id, mentions: [], more_url: null };
    return providers.get(provider)?.prepare(body, outgoing).length ?? 1;
  } catch {
    return 1;
  }
}

async function send(worker: Worker, reply: Reply): Promise<void> {
  const provider = providers.get(reply.provider);
  const connection = worker.connections[reply.provider];
  if (!provider || !connection) {
    throw new ProviderError(`no provider ${reply.provider} here`, { permanent: true });
  }
  const webhook = await webhookOf(worker, reply);
  const text = replyText(worker, reply, provider, webhook);
  if (reply.kind === "forward") return await passOn(worker, reply, text.whole);
  const sender = provider.connect(
    provider.has_callback ? withCallback(worker, provider, connection, webhook) : connection,
  );
  await KINDS[reply.kind]({ worker, reply, provider, sender, text });
}
