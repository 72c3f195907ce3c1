/** The door that a reply answers for: its callback takes the answers, and its secret signs those. */
import { z } from "zod";
import type { Reply } from "@/db/replies.ts";
import { getWebhook, webhookSecret } from "@/db/webhooks.ts";
import type { Worker } from "@/workers/worker.ts";

export interface DoorOut {
  command_prefix: string | null;
  callback_url: string | null;
  /** what signs; null: there is none */
  secret: string | null;
}

const named = z.object({ webhook_id: z.string() });
const NONE: DoorOut = { command_prefix: null, callback_url: null, secret: null };

/** Reads the door of a reply; one that is gone has nothing to sign with. */
export async function doorOf(worker: Worker, reply: Reply): Promise<DoorOut> {
  const webhook_id = named.safeParse(reply.target).data?.webhook_id;
  const webhook = webhook_id ? await getWebhook(worker.db, webhook_id) : null;
  if (!webhook) return NONE;
  const { is_builtin, command_prefix, callback_url } = webhook;
  const secret = is_builtin ? null : await webhookSecret(worker.db, worker.seal, webhook_id!);
  return { command_prefix, callback_url, secret };
}
