import type { Database } from "@/db/client.ts";
import type { NextTask } from "@/db/deliveries.ts";

/** A question of ours that nobody has answered. */
export interface OpenQuestion {
  question_id: string;
  command: string;
  question: string;
  next: NextTask;
}

const OPEN_DAYS = 14;

/** The question that is open in a flow, or null. After two weeks nobody answers it any more. */
export async function openQuestion(
  { sql }: Database,
  flow_id: string,
): Promise<OpenQuestion | null> {
  const [row] = await sql<OpenQuestion[]>`
    select question_id, command, question, next from questions
    where flow_id = ${flow_id} and answered_at is null
      and asked_at > now() - ${OPEN_DAYS} * interval '1 day'`;
  return row ?? null;
}
