/** Random walks over the states of docs/states.md, with faults between any two statements. */
import { balance, settle } from "@/tests/db/walk/books.ts";
import { Dice } from "@/tests/db/walk/dice.ts";
import { faulty } from "@/tests/db/walk/faulty.ts";
import { flakyProxy } from "@/tests/db/walk/flaky_github.ts";
import { makeMove } from "@/tests/db/walk/moves.ts";
import { watchWriters } from "@/tests/db/walk/witness.ts";
import { join, type World } from "@/tests/db/walk/world.ts";
import { machine } from "@/tests/helpers/machine.ts";

const WALKS = Number(Deno.env.get("WALKS") ?? 1000);
const FIRST_SEED = Number(Deno.env.get("WALK_SEED") ?? 1);
const AT_ONCE = 6;
const MOVES_IN_A_WALK = 40;
const FAULTS = 0.06;
const ANALYZE_EVERY = 50;

type Machine = Awaited<ReturnType<typeof machine>>;

async function walk(m: Machine, base: World["worker"], seed: number): Promise<void> {
  const dice = new Dice(seed);
  const proxy = flakyProxy(m.github.url, dice, FAULTS);
  const github = { ...base.connections.github, base_url: proxy.url };
  const world: World = {
    db: faulty(m.db, dice, FAULTS),
    sound: m.db,
    dice,
    worker: { ...base, connections: { ...base.connections, github } },
    github: m.github,
    members: [],
    ghosts: [],
    task_ids: new Set(),
    accepted_inputs: [],
    starts: new Map(),
    log: [],
  };
  try {
    for (let members = 0; members < 3; members++) await join(world);
    await makeFirst(world);
    for (let step = 0; step < MOVES_IN_A_WALK; step++) await makeMove(world);
    await settle(world);
    await balance(world);
  } catch (error) {
    throw new Error(`walk ${seed} (WALK_SEED=${seed} WALKS=1): ${world.log.join(" ")}`, {
      cause: error,
    });
  } finally {
    await proxy.close();
  }
}

/** A walk needs something to walk with. */
async function makeFirst(world: World): Promise<void> {
  while (world.task_ids.size === 0) await makeMove({ ...world, dice: new OnlyAsking(world.dice) });
}

/** Always the first of the moves: to ask. */
class OnlyAsking extends Dice {
  constructor(private readonly rest: Dice) {
    super(0);
  }
  override roll(): number {
    return 0;
  }
  override chance(probability: number): boolean {
    return this.rest.chance(probability);
  }
}

Deno.test("a thousand walks with faults anywhere end with balanced books", async () => {
  await using m = await machine();
  await watchWriters(m.db);
  // The books are asked by task, all the time: without these they read every job and event.
  await m.db.sql`create index on pgboss.job ((data ->> 'id'))`;
  await m.db.sql`create index on events (task_id)`;
  const worker = await m.worker();
  let seed = FIRST_SEED;
  const walker = async () => {
    while (seed < FIRST_SEED + WALKS) {
      await walk(m, worker, seed++);
      // Else plans that were made for empty tables are kept, and read all of the grown ones.
      if (seed % ANALYZE_EVERY === 0) await m.db.sql`analyze tasks, messages, task_inputs`;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walker));
});
