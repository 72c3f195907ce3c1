import type { Database, Sql } from "@/db/client.ts";
import { flowColumns, flowTables, totalsColumns } from "@/db/flows/columns.ts";
import type { ConversationTotals, Flow } from "@/db/nouns/flow.ts";

/** Also by the id of its own pull request, which another flow has made. */
export async function getFlow({ sql }: { sql: Sql }, id: string): Promise<Flow | null> {
  const [row] = await sql<Flow[]>`
    select ${flowColumns(sql)}
    from (
      select * from flows where flow_id = coalesce(
        (select a.flow_id from flow_aliases a where a.alias_flow_id = ${id}), ${id})
    ) f ${flowTables(sql)}`;
  return row ?? null;
}

const MOST = 100;

/** Of each of its conversations, the newest first. */
export async function conversationsOf(
  { sql }: Database,
  flow_id: string,
): Promise<ConversationTotals[]> {
  return await sql<ConversationTotals[]>`
    select t.conversation_id, c.title, ${totalsColumns(sql)}
    from tasks t join conversations c using (conversation_id)
    where t.flow_id = ${flow_id}
    group by t.conversation_id, c.title order by max(t.task_id::text) desc limit ${MOST}`;
}
