import type { Database, Sql, TransactionSql } from "@/db/client.ts";

const FUNCTIONS = new URL("./functions/", import.meta.url);

/** Raised by every release that changes db/functions/: programs of several releases run at once. */
export const VERSION = 1;

export interface FunctionSet {
  version: number;
  checksum: string;
  files: FunctionFile[];
}

export interface FunctionFile {
  name: string;
  text: string;
}

/** Those of a later version stay: they take what earlier programs send. */
export async function putFunctions({ sql }: Database, ours: FunctionSet): Promise<void> {
  await sql.begin(async (tx) => {
    const there = await functionSet(tx);
    if (there && there.version > ours.version) return;
    if (there?.checksum === ours.checksum && there.version === ours.version) return;
    await replaceAll(tx, ours.files);
    const row = { version: ours.version, checksum: ours.checksum };
    await tx`delete from function_set`;
    await tx`insert into function_set ${tx(row)}`;
  });
}

/** Null: the database has only what migrations made. */
export async function functionSet(
  sql: Sql,
): Promise<Pick<FunctionSet, "version" | "checksum"> | null> {
  const [row] = await sql<Pick<FunctionSet, "version" | "checksum">[]>`
    select version, checksum from function_set`;
  return row ?? null;
}

async function replaceAll(tx: TransactionSql, files: FunctionFile[]): Promise<void> {
  const names = files.map(({ name }) => name);
  const before = await overloads(tx, names);
  for (const { name, text } of files) await replace(tx, name, text);
  const stale = await overloads(tx, names);
  for (const [signature, place] of stale) {
    if (before.get(signature) === place) await drop(tx, signature);
  }
}

/** `create or replace` keeps a function's identity, but for other arguments or another result. */
async function replace(tx: TransactionSql, name: string, text: string): Promise<void> {
  try {
    await tx.savepoint((point) => point.unsafe(text));
  } catch (error) {
    if ((error as { code?: string }).code !== INVALID_FUNCTION_DEFINITION) throw error;
    for (const signature of (await overloads(tx, [name])).keys()) await drop(tx, signature);
    await tx.unsafe(text);
  }
}

const INVALID_FUNCTION_DEFINITION = "42P13";

/** By signature, the place of its row in pg_proc, which changes when it is replaced. */
async function overloads(tx: TransactionSql, names: string[]): Promise<Map<string, string>> {
  const rows = await tx<{ signature: string; place: string }[]>`
    select oid::regprocedure::text as signature, ctid::text as place from pg_proc
    where pronamespace = current_schema()::regnamespace and proname = any (${names})`;
  return new Map(rows.map(({ signature, place }) => [signature, place]));
}

const drop = (tx: TransactionSql, signature: string) => tx.unsafe(`drop function ${signature}`);

export async function functionsHere(): Promise<FunctionSet> {
  const names = [...Deno.readDirSync(FUNCTIONS)].map(({ name }) => name)
    .filter((name) => name.endsWith(".sql")).sort();
  const files = await Promise.all(names.map(async (name) => ({
    name: name.replace(/\.sql$/, ""),
    text: await Deno.readTextFile(new URL(name, FUNCTIONS)),
  })));
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(files.map(({ text }) => text).join("\n")),
  );
  return { version: VERSION, checksum: new Uint8Array(digest).toHex(), files: inOrder(files) };
}

/** Each behind those that it names, since an SQL function is checked when it is made. Pure. */
export function inOrder(files: FunctionFile[]): FunctionFile[] {
  const ordered = new Set<FunctionFile>();
  const waiting = new Set<FunctionFile>();
  const add = (file: FunctionFile) => {
    if (ordered.has(file) || waiting.has(file)) return;
    waiting.add(file);
    files.filter(({ name }) => new RegExp(`\\b${name}\\(`).test(file.text)).forEach(add);
    ordered.add(file);
  };
  files.forEach(add);
  return [...ordered];
}
