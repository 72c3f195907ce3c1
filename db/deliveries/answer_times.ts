import type { Database } from "@/db/client.ts";

const ANSWER_TIMES_EVERY_MS = 500;
const answerTimes = new WeakMap<Database, [string, number][]>();

/** Later, and many in one statement: a commit for each took a third of the speed with one sender. */
export function recordAnswerTime(db: Database, delivery_id: string, answered_ms: number): void {
  const waiting = answerTimes.get(db);
  if (waiting) return void waiting.push([delivery_id, answered_ms]);
  answerTimes.set(db, [[delivery_id, answered_ms]]);
  const timer = setTimeout(() => {
    flushAnswerTimes(db).catch(() => {
      // A figure for a list, on a row that stands: not worth failing anything for.
    });
  }, ANSWER_TIMES_EVERY_MS);
  Deno.unrefTimer(timer);
}

/** Writes the answer times that wait, e.g. before the database is closed. */
export async function flushAnswerTimes(db: Database): Promise<void> {
  const times = answerTimes.get(db) ?? [];
  answerTimes.delete(db);
  if (times.length > 0) await writeAnswerTimes(db, times);
}

async function writeAnswerTimes({ sql }: Database, times: [string, number][]): Promise<void> {
  await sql`
    update deliveries d set answered_ms = t.ms
    from unnest(${times.map(([id]) => id)}::uuid[], ${times.map(([, ms]) => ms)}::real[]) t (id, ms)
    where d.delivery_id = t.id and d.answered_ms is null`;
}
