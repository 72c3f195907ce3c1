import { connect, type Database } from "@/db/client.ts";

/** Of the run's Postgres and its migrated template, both from tests/run.ts. Throws without them. */
export function testServer(): { url: string; template: string } {
  const [url, template] = [Deno.env.get("TEST_DATABASE_URL"), Deno.env.get("TEST_TEMPLATE")];
  if (url && template) return { url, template };
  throw new Error(
    "These tests need the Postgres that `deno task test [files…]` brings up: run them with that.",
  );
}

/** A new database with all tables and no rows, for one test file. `drop()` cuts who is still in. */
export async function cloneTemplate(): Promise<{ url: string; drop(): Promise<void> }> {
  const { url, template } = testServer();
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  // Copying the files costs a tenth of the CPU time of writing each page into the WAL.
  await asAdmin(
    url,
    (sql) => sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`,
  );
  const cloned = new URL(url);
  cloned.pathname = `/${name}`;
  return {
    url: cloned.href,
    drop: () => asAdmin(url, (sql) => dropDatabase(sql, name)),
  };
}

/**
 * Cuts whoever is still in. Autovacuum may not be cut by our role: a drop without force sends it
 * away by itself.
 */
export async function dropDatabase(sql: Database["sql"], name: string): Promise<void> {
  try {
    await sql`drop database if exists ${sql(name)} with (force)`;
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    await sql`drop database if exists ${sql(name)}`;
  }
}

const INSUFFICIENT_PRIVILEGE = "42501";

/** Opened before the first test, whose sanitizer would miss its end: one for each process. */
const admin = Deno.env.has("TEST_DATABASE_URL") ? connect(testServer().url, { max: 1 }) : null;
if (admin) await admin.sql`select 1`;

/** Runs one statement on this process's connection to the run's Postgres. */
export async function asAdmin(
  url: string,
  statement: (sql: Database["sql"]) => PromiseLike<unknown>,
): Promise<void> {
  if (admin?.url === url) return void await statement(admin.sql);
  const db = connect(url, { max: 1 });
  try {
    await statement(db.sql);
  } finally {
    await db.close();
  }
}
