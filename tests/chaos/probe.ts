import type { Database } from "@/db/client.ts";
import { call } from "@/tests/chaos/client.ts";
import type { Ledger } from "@/tests/chaos/ledger.ts";
import { script } from "@/tests/chaos/outside.ts";
import { found } from "@/tests/chaos/patience.ts";
import { type Product, SLOTS } from "@/tests/chaos/product.ts";

const ACCEPT_PATIENCE_MS = 90_000;
const END_PATIENCE_MS = 60_000;

/** A task that is asked for until it is promised; when that was, in seconds since `since_ms`. */
export async function askUntilTaken(
  product: Product,
  ledger: Ledger,
  since_ms: number,
): Promise<{ id: string; accepted_seconds: number | null }> {
  const asked = ledger.ask("probe");
  const taken = await found(
    async () => {
      const answer = await call(product, "POST", "/api/tasks", { prompt: script(asked.id, 1, 0) });
      if (answer?.status === 202) asked.task_ids.push(answer.json.task_id);
      else asked.unsure++;
      return answer?.status === 202 ? true : null;
    },
    ACCEPT_PATIENCE_MS,
    20,
  );
  return { id: asked.id, accepted_seconds: taken ? (Date.now() - since_ms) / 1000 : null };
}

/** How long after `since_ms` the next task began to run, whichever it was; null: none did. */
export async function nextStart({ sql }: Database, since_ms: number): Promise<number | null> {
  const [{ at }] = await sql<{ at: Date | null }[]>`
    select min(started_at) as at from tasks where started_at > ${new Date(since_ms)}`;
  return at === null ? null : (at.getTime() - since_ms) / 1000;
}

/** Whether every slot still works: as many tasks as there are slots run at the same time. */
export async function slotProblems(
  product: Product,
  db: Database,
  ledger: Ledger,
): Promise<string[]> {
  const asked = Array.from({ length: SLOTS }, () => ledger.ask("probe"));
  for (const one of asked) {
    const prompt = script(one.id, 20, 100);
    const answer = await call(product, "POST", "/api/tasks", { prompt });
    if (answer?.status !== 202) return [`a quiet server answers ${answer?.status} to a new task`];
    one.task_ids.push(answer.json.task_id);
  }
  const ids = asked.flatMap(({ task_ids }) => task_ids);
  const ended = await found(async () => {
    const rows = await db.sql<{ status: string; started_at: Date; completed_at: Date }[]>`
      select status, started_at, completed_at from tasks
      where task_id in ${db.sql(ids)} and completed_at is not null`;
    return rows.length === ids.length ? rows : null;
  }, END_PATIENCE_MS);
  if (!ended) return [`a quiet machine did not end ${SLOTS} tasks in ${END_PATIENCE_MS / 1000} s`];
  const last_start = Math.max(...ended.map(({ started_at }) => started_at.getTime()));
  const first_end = Math.min(...ended.map(({ completed_at }) => completed_at.getTime()));
  const failed = ended.filter(({ status }) => status !== "completed");
  return [
    ...failed.map(({ status }) => `a task on a quiet machine was ${status}`),
    ...(last_start > first_end ? [`a slot is lost: ${SLOTS} tasks did not run at once`] : []),
  ];
}
