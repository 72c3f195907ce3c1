/**
 * A database as it is after a year of work, written set by set. Most of it is done by then; today
 * is a busy day, and the newest tasks have output, replies and people who look at them.
 */
import { connect, type Database, type Sql } from "@/db/client.ts";
import { seedActivity } from "@/tests/bench/pages/seed_activity.ts";
import { seedDeliveries } from "@/tests/bench/pages/seed_deliveries.ts";
import { seedFlows } from "@/tests/bench/pages/seed_flows.ts";
import { seedWebhooks } from "@/tests/bench/pages/seed_webhooks.ts";
import { seedTasks } from "@/tests/bench/pages/seed_tasks.ts";

/** Fills an empty, migrated database with `tasks` tasks and all that belongs to them. */
export async function seed(
  url: string,
  tasks: number,
  progress: (what: string) => void = () => {},
): Promise<void> {
  const db = connect(url, { max: 1 });
  const { sql } = db;
  const step = async (what: string, work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    progress(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  try {
    await sql`set synchronous_commit = off`;
    await sql`set work_mem = '256MB'`;
    await sql`set maintenance_work_mem = '512MB'`;
    await makeHelpers(sql, tasks);
    await step("webhooks", () => seedWebhooks(db));
    const bring = await takeAway(sql);
    await step("tasks", () => seedTasks(sql, tasks));
    await step("deliveries", () => seedDeliveries(sql, tasks));
    await step("all that belongs to them", () => seedActivity(sql, tasks));
    await step("indexes", bring);
    await step("flows", () => seedFlows(sql));
    await sql`insert into task_days select * from count_task_days()`;
    await step("vacuum and statistics", () => sql`vacuum (analyze, parallel 0)`);
  } finally {
    await db.close();
  }
}

/** When the nth of all tasks came, and ids that sort like it. The last 0.5 % came today (UTC). */
async function makeHelpers(sql: Sql, tasks: number): Promise<void> {
  await sql.unsafe(`
    create function pg_temp.today() returns timestamptz language sql stable as
      $$ select date_trunc('day', now() at time zone 'utc') at time zone 'utc' $$;
    create function pg_temp.came_at(n bigint) returns timestamptz language sql stable as $$
      select case when n <= ${tasks - recent(tasks)}
        then now() - interval '365 days' +
          n::float8 / ${tasks - recent(tasks) + 1} * (pg_temp.today() - now() + interval '365 days')
        else pg_temp.today() +
          (n - ${tasks - recent(tasks)})::float8 / ${recent(tasks) + 1} * (now() - pg_temp.today())
        end $$;
    create function pg_temp.id_at(at timestamptz, n bigint) returns uuid
      language sql immutable as $$
      select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8'
        || lpad(to_hex(n), 15, '0'))::uuid $$`);
}

const recent = (tasks: number): number => Math.ceil(tasks / 200);

/**
 * Takes triggers, foreign keys and indexes away that cost a large insert the most; the function
 * that it returns brings them back, exactly as they were.
 */
async function takeAway(sql: Database["sql"]): Promise<() => Promise<void>> {
  const keys = await sql<{ off: string; on: string }[]>`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as off,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname,
        pg_get_constraintdef(oid)) as on
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`;
  const indexes = await sql<{ off: string; on: string }[]>`
    select format('drop index %s', indexrelid::regclass) as off, pg_get_indexdef(indexrelid) as on
    from pg_index join pg_class on oid = indexrelid
    where relnamespace = 'public'::regnamespace
      and not exists (select from pg_constraint where conindid = indexrelid)`;
  const triggers = await sql<{ off: string; on: string }[]>`
    select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as off,
      format('alter table %s enable trigger %I', tgrelid::regclass, tgname) as on
    from pg_trigger where not tgisinternal and tgrelid = 'tasks'::regclass`;
  const parts = [...triggers, ...keys, ...indexes];
  for (const { off } of parts) await sql.unsafe(off);
  return async () => {
    for (const { on } of parts.toReversed()) await sql.unsafe(on);
  };
}
