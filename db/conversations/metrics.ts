import type { Database } from "@/db/client.ts";
import { totalsColumns } from "@/db/flows/columns.ts";
import type { ConversationMetrics, Totals } from "@/db/nouns/flow.ts";
import type { TaskStatus } from "@/db/nouns/task.ts";

/** What all tasks of a conversation have used. */
export async function conversationMetrics(
  { sql }: Database,
  conversation_id: string,
): Promise<ConversationMetrics> {
  const [row] = await sql<(Totals & { by_status: Partial<Record<TaskStatus, number>> })[]>`
    select ${totalsColumns(sql)}, (
      select coalesce(jsonb_object_agg(s.status, s.tasks), '{}') from (
        select status, count(*)::int as tasks from tasks
        where conversation_id = ${conversation_id} group by status) s) as by_status
    from tasks t where t.conversation_id = ${conversation_id}`;
  return row;
}
