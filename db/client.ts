import type postgres from "postgres";
import { postgres as open } from "./driver.ts";

/** A connection pool to the one Postgres that holds everything. */
export interface Database {
  readonly sql: postgres.Sql;
  readonly url: string;
  close(): Promise<void>;
}

/** Inside a transaction or outside of one: whatever can run a statement. */
export type Sql = postgres.Sql | postgres.TransactionSql;

export interface ConnectOptions {
  /** Most connections held at once. */
  max?: number;
  application_name?: string;
}

/**
 * Opens a pool. No connection is made before the first statement.
 * A socket URL has the form `postgres://user@/database?host=/folder&port=5432`.
 */
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
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: options.application_name ?? "claude-code-agent" },
  });
  return { sql, url, close: () => sql.end({ timeout: 5 }) };
}

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

/** True for an error that says "Postgres is not there at this moment": worth trying again. */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code ?? "";
  return /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|ENOENT|EPIPE|ETIMEDOUT|08|57P0)/.test(code);
}
