/** No page or list reads more because more has happened: counted in blocks, not in time. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { pruneRows } from "@/db/prune.ts";
import { nudgeReplies, reclaimReplies } from "@/db/replies/sending.ts";
import { giveBackUnheld, nudgeForgotten, reclaimTasks } from "@/db/tasks/reclaim.ts";
import { outputEnds } from "@/db/tasks/watch.ts";
import { type OpenApp, openApp } from "@/tests/bench/pages/app.ts";
import { casesOf } from "@/tests/bench/pages/cases.ts";
import { seed } from "@/tests/bench/pages/seed.ts";
import { thingsOf } from "@/tests/bench/pages/things.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { routesOf } from "@/tests/server/every_route.ts";

const SMALL = 500;
const LARGE = 30_000;

/**
 * Fifty rows of each kind that may fit (some ten webhooks with five outcomes), each row at worst in a
 * block of its own, half of which is free.
 */
const BLOCKS_OF_A_PAGE = 5_000;
const MOST_RATIO = 1.3;

/** Of a route with more addresses than this, some that are spread over all of them. */
const ADDRESSES = 40;

Deno.test("nothing reads more because more has happened", async (t) => {
  await using small = await seeded(SMALL);
  await using large = await seeded(LARGE);
  await t.step("no page and no list", () => askEverything(small.app, large.app));
  await t.step("nothing that workers do all the time", () => workersWork(large.app.db));
});

/** Each route of the large one, beside the small one where much is read. */
async function askEverything(small: OpenApp, large: OpenApp): Promise<void> {
  const cases = casesOf(await thingsOf(small.db));
  for (const [route, paths] of Object.entries(casesOf(await thingsOf(large.db)))) {
    for (let i = 0; i < paths.length; i += Math.ceil(paths.length / ADDRESSES)) {
      const read = await blocksRead(large, paths[i]);
      if (read <= BLOCKS_OF_A_PAGE) continue;
      const of_few = await blocksRead(small, cases[route][i]);
      const said = `${paths[i]} reads ${of_few} blocks of ${SMALL} tasks, ${read} of ${LARGE}`;
      assert.ok(read <= MOST_RATIO * of_few, said);
    }
  }
}

/** They read what is under way; what has ended is left alone once it was pruned. */
async function workersWork(db: Database): Promise<void> {
  await pruneRows(db);
  const works = {
    reclaimTasks: () => reclaimTasks(db),
    reclaimReplies: () => reclaimReplies(db),
    nudgeForgotten: () => nudgeForgotten(db),
    nudgeReplies: () => nudgeReplies(db),
    giveBackUnheld: () => giveBackUnheld(db, newId(), () => true),
    outputEnds: () => outputEnds(db),
    pruneRows: () => pruneRows(db),
  };
  for (const [name, work] of Object.entries(works)) {
    const read = await blocksReadBy(db, work);
    assert.ok(read <= BLOCKS_OF_A_PAGE, `${name} reads ${read} blocks`);
  }
}

Deno.test("the benchmark of pages asks every route, with every filter that it has", async () => {
  await using small = await seeded(SMALL);
  const { app, db } = small.app;
  const cases = casesOf(await thingsOf(db));
  const asked = Object.entries(cases).filter(([, paths]) => paths.length > 0);
  const routes = routesOf({ app }).filter(({ method }) => method === "GET");
  const paths = [...new Set(routes.map(({ path }) => path))];
  assert.deepEqual(asked.map(([route]) => route).toSorted(), paths.toSorted());
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "" } });
  for (const [path, { get }] of Object.entries(document.paths ?? {})) {
    const addresses = cases[path.replaceAll(/\{(\w+)\}/g, ":$1")]?.join(" ");
    for (const parameter of get?.parameters ?? []) {
      if (!("in" in parameter) || parameter.in !== "query" || parameter.name === "limit") continue;
      assert.match(addresses, new RegExp(`[?&]${parameter.name}=`), `${path}: ${parameter.name}`);
    }
  }
});

/** Of everything done twice: the plans of the first time are made by reading too. */
async function blocksRead({ get, db }: OpenApp, path: string): Promise<number> {
  await get(path);
  return await blocksReadBy(db, async () => {
    const status = await get(path);
    assert.ok(status === 200 || status === 204, `${path} answered ${status}`);
  });
}

/** How many blocks of tables and indexes a database on one connection reads meanwhile. */
async function blocksReadBy({ sql }: Database, work: () => Promise<unknown>): Promise<number> {
  const blocks = async () => {
    await sql`select pg_stat_force_next_flush()`;
    const [row] = await sql<{ blocks: number }[]>`
      select sum(hits + reads)::bigint as blocks from pg_stat_get_backend_io(pg_backend_pid())
      where object = 'relation'`;
    return row.blocks;
  };
  const before = await blocks();
  await work();
  return await blocks() - before;
}

/** The app on one connection, whose reads can be told, over a database of that many tasks. */
async function seeded(tasks: number): Promise<{ app: OpenApp } & AsyncDisposable> {
  const t = await testDatabase();
  await seed(t.url, tasks);
  const app = await openApp(t.url, 1);
  return {
    app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await t[Symbol.asyncDispose]();
    },
  };
}
