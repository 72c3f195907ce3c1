/** Lists with filters show what fits, in order and to the end, however it is found. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import { type DeliveryFilter, listDeliveries } from "@/db/deliveries/list.ts";
import type { Page, PageRequest } from "@/db/page.ts";
import { listTasks, type TaskFilter } from "@/db/tasks.ts";
import { TASK_SOURCES, TASK_STATUSES } from "@/db/nouns/task.ts";
import { seed } from "@/tests/bench/pages/seed.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

const TASKS = 120;

Deno.test("deliveries are found by each combination of provider, webhook, outcome and type", async () => {
  await using t = await testDatabase();
  await seed(t.url, TASKS);
  type Row = Required<Omit<DeliveryFilter, "flow_id">> & { delivery_id: string };
  const all = await t.db.sql<Row[]>`
    select delivery_id, provider, webhook_id, outcome, event_type from deliveries
    order by delivery_id desc`;
  const created = [...new Set(all.map(({ webhook_id }) => webhook_id))];
  for (const provider of [undefined, "github", "sentry"]) {
    for (const outcome of [undefined, ...OUTCOMES]) {
      for (const event_type of [undefined, "push", "release.published", "none"]) {
        for (const webhook_id of [undefined, ...created.slice(0, 3)]) {
          const filter = { provider, outcome, event_type, webhook_id };
          const fits = (row: Row) =>
            (Object.keys(filter) as (keyof typeof filter)[])
              .every((name) => filter[name] === undefined || row[name] === filter[name]);
          const wanted = all.filter(fits).map(({ delivery_id }) => delivery_id);
          const found = await idsOf((request) => listDeliveries(t.db, filter, request));
          assert.deepEqual(found.map((row) => row.delivery_id), wanted, JSON.stringify(filter));
        }
      }
    }
  }
});

Deno.test("tasks are found by each combination of agent, source and status", async () => {
  await using t = await testDatabase();
  await seed(t.url, TASKS);
  const all = await everyTask(t.db);
  for (const agent of [undefined, "planning", "auditor", "nobody"]) {
    for (const source of [undefined, ...TASK_SOURCES]) {
      for (const status of [undefined, ...TASK_STATUSES]) {
        const filter: TaskFilter = { agent, source, status };
        const wanted = all.filter((task) =>
          (!agent || task.assigned_agent === agent) && (!source || task.source === source) &&
          (!status || task.status === status)
        );
        const found = await idsOf((request) => listTasks(t.db, filter, request));
        const ids = (rows: { task_id: string }[]) => rows.map(({ task_id }) => task_id);
        assert.deepEqual(ids(found), ids(wanted), JSON.stringify(filter));
      }
    }
  }
});

const everyTask = ({ sql }: Database) =>
  sql<{ task_id: string; assigned_agent: string; source: string; status: string }[]>`
    select task_id, assigned_agent, source, status from tasks order by task_id desc`;

/** All pages of a list, one behind the other. */
async function idsOf<Row>(list: (request: PageRequest) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 100, cursor });
    rows.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return rows;
}
