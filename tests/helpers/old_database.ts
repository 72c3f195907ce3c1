import { connect, type Database } from "@/db/client.ts";
import { asAdmin, dropDatabase, testServer } from "@/tests/helpers/postgres.ts";

const MIGRATIONS = new URL("../../db/migrations/", import.meta.url);

/** A database as an earlier version left it: its migrations up to a name, noted as they are noted. */
async function migratedUpTo({ sql }: Database, last: string): Promise<void> {
  await sql`create table migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
  const names = [...Deno.readDirSync(MIGRATIONS)].map(({ name }) => name).sort();
  for (const name of names.filter((name) => name <= last)) {
    const text = await Deno.readTextFile(new URL(name, MIGRATIONS));
    await sql.unsafe(text);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    await sql`insert into migrations values (${name}, ${new Uint8Array(digest).toHex()})`;
  }
}

/** Runs with a database of its own, as the migration of this name left it. */
export async function withOldDatabase(
  last: string,
  work: (db: Database, url: string) => Promise<void>,
): Promise<void> {
  const { url } = testServer();
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await asAdmin(url, (sql) => sql`create database ${sql(name)}`);
  const at = new URL(url);
  at.pathname = `/${name}`;
  const db = connect(at.href, { max: 4 });
  try {
    await migratedUpTo(db, last);
    await work(db, at.href);
  } finally {
    await db.close();
    await asAdmin(url, (sql) => dropDatabase(sql, name));
  }
}
