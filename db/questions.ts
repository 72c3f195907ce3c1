import type { Database, Sql } from "@/db/client.ts";
import { nextTask, type OpenQuestion } from "@/db/nouns/question.ts";

export type { OpenQuestion };

const OPEN_DAYS = 14;

/** After two weeks nobody answers it any more, nor ever one that cannot be read. */
export async function openQuestion(
  { sql }: Database,
  flow_id: string,
): Promise<OpenQuestion | null> {
  const [row] = await sql<OpenQuestion[]>`
    select question_id, command, question, next from questions
    where flow_id = coalesce(
        (select a.flow_id from flow_aliases a where a.alias_flow_id = ${flow_id}), ${flow_id})
      and answered_at is null
      and asked_at > now() - ${OPEN_DAYS} * interval '1 day'`;
  const next = nextTask.safeParse(row?.next);
  return row && next.success ? { ...row, next: next.data } : null;
}

export async function closeQuestions(sql: Sql, webhook_id: string): Promise<void> {
  await sql`
    update questions q set answered_at = now() from deliveries d
    where q.answered_at is null and d.delivery_id = q.delivery_id and d.webhook_id = ${webhook_id}`;
}
