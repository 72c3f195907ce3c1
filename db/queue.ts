import { PgBoss } from "pg-boss";
import type postgres from "postgres";
import type { Database, Sql } from "@/db/client.ts";
import { senderOf } from "@/db/queue/sender.ts";

/** Every queue: its name is the name of the file in `workers/` that works on it. */
export const QUEUES = {
  // Policy `short` keeps at most one waiting job per task, so a second nudge costs nothing.
  run_task: { policy: "short", notify: true, retryLimit: 0, expireInSeconds: 86_399 },
  send_reply: { policy: "short", notify: true, retryLimit: 0, expireInSeconds: 300 },
  send_change: { policy: "short", notify: true, retryLimit: 0, expireInSeconds: 900 },
  follow_flow: { policy: "short", notify: true, retryLimit: 0, expireInSeconds: 300 },
  look_at_repository: { policy: "short", notify: true, retryLimit: 0, expireInSeconds: 300 },
} as const;
export type QueueName = keyof typeof QUEUES;

const KEPT_AFTER_DONE_SECONDS = 3600;

export function createBoss(db: Database, { work = false } = {}): PgBoss {
  return new PgBoss({
    db: bossDatabase(db.sql),
    schedule: false,
    supervise: work,
    migrate: work,
    createSchema: work,
    useListenNotify: work,
  });
}

/** Captured at each migration: pg-boss keeps owning the insert that `send_jobs` is made of. */
export async function installQueue(db: Database): Promise<void> {
  const boss = new PgBoss({ db: bossDatabase(db.sql), schedule: false, supervise: false });
  await boss.start();
  try {
    const inserts = new Map<string, string>();
    for (const [name, { policy, ...options }] of Object.entries(QUEUES)) {
      const kept = { ...options, deleteAfterSeconds: KEPT_AFTER_DONE_SECONDS };
      if (await boss.getQueue(name)) await boss.updateQueue(name, kept);
      else await boss.createQueue(name, { policy, ...kept });
      inserts.set(name, await insertOf(boss, name));
    }
    await db.sql.unsafe(senderOf(inserts));
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}

async function insertOf(boss: PgBoss, name: string): Promise<string> {
  let captured = "";
  const capture = {
    executeSql: (text: string) => {
      captured = text;
      return Promise.resolve({ rows: [] });
    },
  };
  await boss.insert(name, [{ data: {} }], { db: capture });
  return captured;
}

/** In the caller's transaction; a key that waits already is left. A higher priority goes first. */
export async function nudge(
  sql: Sql,
  queue: QueueName,
  keys: string[],
  { after_seconds = 0, priority }: { after_seconds?: number; priority?: number } = {},
): Promise<void> {
  if (keys.length === 0) return;
  const startAfter = after_seconds > 0 ? `${after_seconds} seconds` : undefined;
  const jobs = keys.map((id) => ({ queue, data: { id }, singletonKey: id, startAfter, priority }));
  await sql`select send_jobs(${JSON.stringify(jobs)})`;
}

function bossDatabase(sql: postgres.Sql) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const rows = values.length > 0
        ? await sql.unsafe(text, values as never[], { prepare: true })
        : await inOneSession(sql, text);
      return { rows: flat(rows) };
    },
    async listen(channel: string, heard: (payload: string) => void, connected: () => void) {
      const listening = await sql.listen(channel, heard, connected);
      return { close: () => listening.unlisten() };
    },
  };
}

// A script with BEGIN in it must not be spread over the pool.
async function inOneSession(sql: postgres.Sql, text: string) {
  if (!/^\s*BEGIN\b/i.test(text)) return await sql.unsafe(text);
  const session = await sql.reserve();
  try {
    return await session.unsafe(text);
  } catch (error) {
    await session.unsafe("rollback").catch(() => {}); // whoever gets the session next begins anew
    throw error;
  } finally {
    session.release();
  }
}

// A script of several statements answers one list of rows for each.
// deno-lint-ignore no-explicit-any
function flat(rows: any): any[] {
  return rows.some?.(Array.isArray) ? rows.flat() : [...rows];
}
