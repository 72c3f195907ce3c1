import { connect, type Database, type Sql } from "@/db/client.ts";
import { MIGRATION_POOL } from "@/db/connections.ts";
import { functionsHere, putFunctions } from "@/db/functions.ts";
import { installQueue } from "@/db/queue.ts";

const MIGRATIONS = new URL("./migrations/", import.meta.url);
// Any number will do, as long as every process of ours takes the same one.
const LOCK = 7_252_026;

export class NewerDatabaseError extends Error {
  override name = "NewerDatabaseError";

  constructor(readonly unknown: string[], newest: string) {
    super(
      `The database was migrated by a newer version of this program: it has ${
        unknown.join(", ")
      }, ` +
        `and the newest migration of this version is ${newest}. Start that version or a later ` +
        "one, or let DATABASE_URL lead to a copy of the database from before its upgrade: " +
        "migrations are never undone.",
    );
  }
}

/** Throws NewerDatabaseError, and an Error when a migration that ran was edited afterwards. */
export async function migrate(url: string): Promise<void> {
  const db = connect(url, { max: MIGRATION_POOL });
  try {
    const lock = await db.sql.reserve();
    try {
      await lock`select pg_advisory_lock(${LOCK})`;
      await applyMigrations(db);
      await putFunctions(db, await functionsHere());
      await installQueue(db);
    } finally {
      await lock`select pg_advisory_unlock(${LOCK})`.catch(() => {});
      lock.release();
    }
  } finally {
    await db.close();
  }
}

async function applyMigrations({ sql }: Database): Promise<void> {
  await sql`create table if not exists migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
  const applied = new Map(
    (await sql<{ name: string; checksum: string }[]>`select name, checksum from migrations`)
      .map((row) => [row.name, row.checksum]),
  );
  const files = await migrationFiles();
  const unknown = newerThan(files, [...applied.keys()]);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown, files.at(-1)!.name);
  for (const file of files) {
    const before = applied.get(file.name);
    if (before === undefined) await sql.begin((tx) => apply(tx, file));
    else if (before !== file.checksum) {
      throw new Error(
        `Migration ${file.name} was changed after it had been applied: put it back and add a new one.`,
      );
    }
  }
}

export function newerThan(ours: { name: string }[], applied: string[]): string[] {
  const known = new Set(ours.map(({ name }) => name));
  return applied.filter((name) => !known.has(name)).sort();
}

export interface MigrationFile {
  name: string;
  text: string;
  checksum: string;
}

async function apply(tx: Sql, file: MigrationFile): Promise<void> {
  await tx.unsafe(file.text);
  await tx`insert into migrations (name, checksum) values (${file.name}, ${file.checksum})`;
}

export async function migrationFiles(): Promise<MigrationFile[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(MIGRATIONS)) {
    if (entry.name.endsWith(".sql")) names.push(entry.name);
  }
  return await Promise.all(
    names.sort().map(async (name) => {
      const text = await Deno.readTextFile(new URL(name, MIGRATIONS));
      return { name, text, checksum: await sha256(text) };
    }),
  );
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
