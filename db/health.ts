import type { Database } from "@/db/client.ts";
import { type FunctionSet, functionSet, functionsHere } from "@/db/functions.ts";
import { migrationFiles } from "@/db/migrate.ts";
import { QUEUES } from "@/db/queue.ts";

export interface SchemaProblem {
  what: "schema" | "queue";
  detail: string;
}

/** Null: all migrations are ours, no functions are older. Throws when Postgres does not answer. */
export async function schemaProblem({ sql }: Database): Promise<SchemaProblem | null> {
  const [there] = await sql<{ migrations: boolean; queue: boolean; sender: boolean }[]>`
    select to_regclass('migrations') is not null as migrations,
      to_regclass('pgboss.queue') is not null as queue,
      to_regprocedure('send_jobs(text)') is not null as sender`;
  if (!there.migrations) return { what: "schema", detail: "there is no table of migrations" };
  const applied = await sql<{ name: string; checksum: string }[]>`
    select name, checksum from migrations`;
  const detail = difference(await expected(), applied) ??
    functionsProblem(await (functions ??= functionsHere()), await functionSet(sql));
  if (detail) return { what: "schema", detail };
  if (!there.queue) return { what: "queue", detail: "pg-boss has no tables" };
  if (!there.sender) return { what: "queue", detail: "the function send_jobs is not installed" };
  const queues = await sql<{ name: string }[]>`select name from pgboss.queue`;
  const missing = Object.keys(QUEUES).find((name) => !queues.some((queue) => queue.name === name));
  return missing ? { what: "queue", detail: `the queue ${missing} is not installed` } : null;
}

type Migrations = readonly { name: string; checksum: string }[];

export function difference(ours: Migrations, applied: Migrations): string | null {
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum } of ours) {
    if (!checksums.has(name)) return `the migration ${name} was not applied`;
    if (checksums.get(name) !== checksum) return `the migration ${name} is another one here`;
    checksums.delete(name);
  }
  const [unknown] = checksums.keys();
  return unknown ? `the migration ${unknown} is of a newer program` : null;
}

export function functionsProblem(
  ours: Pick<FunctionSet, "version" | "checksum">,
  there: Pick<FunctionSet, "version" | "checksum"> | null,
): string | null {
  if (there === null) return "the functions of db/functions/ are not there";
  if (there.version > ours.version) return null;
  if (there.version < ours.version) return "the functions are of an older program";
  return there.checksum === ours.checksum ? null : "the functions are other ones here";
}

let functions: Promise<FunctionSet> | undefined;
let files: Promise<Migrations> | undefined;
const expected = (): Promise<Migrations> => files ??= migrationFiles();

export async function takesWrites({ sql }: Database): Promise<boolean> {
  const [row] = await sql<{ read_only: boolean }[]>`
    select current_setting('transaction_read_only')::bool as read_only`;
  return !row.read_only;
}
