import type { Database } from "@/db/client.ts";
import type { Delivery } from "@/db/deliveries/list.ts";
import { listReplies, type Reply } from "@/db/replies.ts";

/** What was said to a delivery itself and about the tasks that it made, oldest first. */
export async function deliveryReplies(
  db: Database,
  { delivery_id, task_ids }: Pick<Delivery, "delivery_id" | "task_ids">,
): Promise<Reply[]> {
  const lists = await Promise.all([
    listReplies(db, { delivery_id }),
    ...task_ids.map((task_id) => listReplies(db, { task_id })),
  ]);
  const known = new Map(lists.flat().map((reply) => [reply.reply_id, reply]));
  return [...known.values()].sort((a, b) => a.reply_id < b.reply_id ? -1 : 1);
}
