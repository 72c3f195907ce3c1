import { z } from "zod";
import type { Reply } from "@/db/replies.ts";
import { getWebhook, webhookSecret } from "@/db/webhooks.ts";
import type { Worker } from "@/workers/worker.ts";

export interface ReplyWebhook {
  command_prefix: string | null;
  callback_url: string | null;
  /** what signs; null: there is none */
  secret: string | null;
}

const named = z.object({ webhook_id: z.string() });
const NONE: ReplyWebhook = { command_prefix: null, callback_url: null, secret: null };

/** Reads the webhook of a reply; one that is gone has nothing to sign with. */
export async function webhookOf(worker: Worker, reply: Reply): Promise<ReplyWebhook> {
  const webhook_id = named.safeParse(reply.target).data?.webhook_id;
  const row = webhook_id ? await getWebhook(worker.db, webhook_id) : null;
  if (!row) return NONE;
  const { is_builtin, command_prefix, callback_url } = row;
  const secret = is_builtin ? null : await webhookSecret(worker.db, worker.seal, webhook_id!);
  return { command_prefix, callback_url, secret };
}
