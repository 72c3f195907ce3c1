// deno-lint-ignore-file no-console -- a main: it prints
// A process that uses its pool in every way that we do, until its stdin closes. Its last line says
// what it saw. Arguments: the database's URL.
import { listen } from "@/db/channels.ts";
import { connect, type Database, isConnectionError } from "@/db/client.ts";

export interface LoadReport {
  /** Statements that were answered, and those that failed because a connection was lost. */
  answered: number;
  lost: number;
  /** Answers that were not what was asked for, and errors of another kind. */
  wrong: string[];
  /** What had neither an answer nor an error a good while after the load had ended. */
  unsettled: string[];
  /** Connections of the pool that could be used at once when all was over. */
  usable: number;
  /** Whether a NOTIFY still arrived. */
  heard: boolean;
}

const CONNECTIONS = 8;
const WORKERS_PER_KIND = 4;
const PATIENCE_MS = 20_000;

const report: LoadReport = {
  answered: 0,
  lost: 0,
  wrong: [],
  unsettled: [],
  usable: 0,
  heard: false,
};
const under_way = new Set<string>();
let count = 0;
let over = false;

const pause = (time_ms: number) => new Promise((wake) => setTimeout(wake, time_ms));
const soon = () => pause(Math.random() * 4);

/** A value of its own for each statement, and now and then a new text: it has to be described. */
async function ask(sql: Pick<Database["sql"], "unsafe">): Promise<void> {
  const n = ++count;
  const rows = await sql.unsafe(`select $1::int as n, ${n % 50} as text`, [n], { prepare: true });
  if (rows[0]?.n !== n) report.wrong.push(`asked for ${n}, got ${JSON.stringify(rows)}`);
  report.answered++;
}

const KINDS: Record<string, (db: Database) => Promise<unknown>> = {
  statement: ({ sql }) => ask(sql),
  burst: ({ sql }) => Promise.all(Array.from({ length: 5 }, () => ask(sql))),
  large: async ({ sql }) => {
    const text = "x".repeat(200_000);
    const [row] = await sql`select length(${text}) as length`;
    if (row?.length !== text.length) report.wrong.push(`a large one: ${JSON.stringify(row)}`);
  },
  transaction: ({ sql }) =>
    sql.begin(async (tx) => {
      await ask(tx);
      await soon();
      await ask(tx);
    }),
  reserved: async ({ sql }) => {
    const session = await sql.reserve();
    try {
      await ask(session);
      await soon();
      await ask(session);
    } finally {
      session.release();
    }
  },
};

async function work(db: Database, kind: string): Promise<void> {
  while (!over) {
    const name = `${kind} ${++count}`;
    under_way.add(name);
    try {
      await KINDS[kind](db);
    } catch (error) {
      if (isConnectionError(error)) report.lost++;
      else report.wrong.push(`${kind}: ${(error as Error).message}`);
    }
    under_way.delete(name);
    await soon();
  }
}

async function usable(db: Database): Promise<number> {
  const asked = Array.from(
    { length: CONNECTIONS },
    () => db.sql`select pg_backend_pid() as pid, pg_sleep(0.5)`.then(([row]) => row.pid, () => 0),
  );
  const pids = await Promise.race([Promise.all(asked), pause(PATIENCE_MS).then(() => [])]);
  return new Set(pids.filter(Boolean)).size;
}

async function heardAgain(db: Database, heard: Set<string>): Promise<boolean> {
  for (const start = Date.now(); Date.now() - start < PATIENCE_MS;) {
    const word = crypto.randomUUID();
    await db.sql`select pg_notify('agent_settings', ${word})`.catch(() => {});
    await pause(100);
    if (heard.has(word)) return true;
  }
  return false;
}

const db = connect(Deno.args[0], { max: CONNECTIONS, application_name: "driver-load" });
const heard = new Set<string>();
await listen(db, "settings", (word) => heard.add(word));
const workers = Object.keys(KINDS)
  .flatMap((kind) => Array.from({ length: WORKERS_PER_KIND }, () => work(db, kind)));
console.log("loaded");
for await (const _ of Deno.stdin.readable);
over = true;
await Promise.race([Promise.all(workers), pause(PATIENCE_MS)]);
report.unsettled = [...under_way];
if (under_way.size === 0) {
  // the first one may meet a connection that was cut last and does not know it yet
  await usable(db);
  report.usable = await usable(db);
  report.heard = await heardAgain(db, heard);
}
console.log(JSON.stringify(report));
Deno.exit(0);
