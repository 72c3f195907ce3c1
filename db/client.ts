import type postgres from "postgres";
import { storable } from "@/db/storable.ts";
import { postgres as open } from "./driver.ts";

export interface Database {
  readonly sql: postgres.Sql;
  readonly url: string;
  close(): Promise<void>;
}

export type Sql = postgres.Sql | postgres.TransactionSql;
export type TransactionSql = postgres.TransactionSql;

export interface ConnectOptions {
  max?: number;
  application_name?: string;
}

/** No connection is made before the first statement. A socket: `postgres://user@/db?host=/folder`. */
export function connect(url: string, options: ConnectOptions = {}): Database {
  const sql = open(socketAware(url), {
    ...hostOf(url),
    max: options.max ?? 10,
    onnotice: () => {},
    idle_timeout: 0,
    connect_timeout: 10,
    // A restarting Postgres is back in a second or two: the default back-off grows to 20 s.
    backoff: (tries) => Math.min(0.05 * 2 ** tries, 1),
    // Counts and tokens stay far below 2^53; a string would only have to be converted everywhere.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String }, string: TEXT },
    connection: { application_name: options.application_name ?? "claude-code-agent" },
  });
  return { sql, url, close: () => sql.end({ timeout: 5 }) };
}

// Every text parameter is made storable here; a search for text that cannot be stored finds nothing.
const TEXT = {
  to: 25, // text; 1043: varchar
  from: [25, 1043],
  parse: (text: string) => text,
  serialize: (value: unknown) => storable(String(value)),
};

// postgres.js takes a socket folder only through its options, not from the URL's query.
function hostOf(url: string): { host?: string; port?: number; path?: string } {
  const query = new URL(url).searchParams;
  const host = query.get("host");
  if (!host) return {};
  const port = Number(query.get("port") ?? "5432");
  return { path: `${host}/.s.PGSQL.${port}` };
}

function socketAware(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.delete("host");
  parsed.searchParams.delete("port");
  return parsed.href;
}

const NO_CONNECTION =
  /^(CONNECTION_\w+|CONNECT_TIMEOUT|ECONN\w+|EPIPE|ETIMEDOUT|EAGAIN|E(HOST|NET)\w+|ENOTFOUND|EAI_AGAIN)$/;

// SQLSTATEs of what passes: no connection; a standby that will be a primary; somebody else's
// statement in the way; no connection, memory or disk left; a lock; a stop or a start; the disk.
const PASSES = /^(08...|25006|40001|40P01|53[0-3]..|55P03|57P0[1-5]|58000|58030)$/;

/** Postgres is away or busy: the same statement may well work a little later. */
export function isConnectionError(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  if (typeof code !== "string") return false;
  if (code === "ENOENT") return syscall === "connect"; // a socket's folder, not a file of ours
  return NO_CONNECTION.test(code) || PASSES.test(code);
}
