import { z } from "zod";
import { continueFlow, flowIdOf } from "@/db/flows.ts";
import type { Reply } from "@/db/replies.ts";
import type { Sender } from "@/server/providers/provider.ts";
import type { Worker } from "@/workers/worker.ts";

const named = z.object({ webhook_id: z.string() });

/** Where a comment of ours begins a thread, what is written there goes on with what it is about. */
export async function followThread(
  { db }: Worker,
  { reply_id, provider, target }: Reply,
  sender: Sender,
  comment_id: string,
): Promise<void> {
  const thread = sender.begins?.(target, comment_id);
  if (!thread) return;
  const { instance, container_id, object_id, external_id, url } = thread;
  const place = instance ?? named.safeParse(target).data?.webhook_id;
  if (place === undefined) return;
  const flow_id = flowIdOf(provider, place, container_id, object_id);
  await continueFlow(db, reply_id, { flow_id, external_id, url });
}
