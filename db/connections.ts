import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";
import { ConfigError } from "@/db/process/read.ts";

const log = getLogger(["agent", "database"]);

/** Each process listens on a connection beside its pool. */
const LISTENING = 1;
/** And a worker beats on one of its own. */
const LEASE = 1;
const SIGN_IN_LINK = 1;

/** Connections of a pool that migrates, which is closed before the process opens its own. */
export const MIGRATION_POOL = 4;
/** Connections of the server's pool. */
export const SERVER_POOL = 20;
/** All that the server may open. */
export const SERVER_CONNECTIONS = SERVER_POOL + LISTENING;

/** Connections of a worker's pool: one for each run, and some for all else. */
export function workerPool(max_concurrent_tasks: number): number {
  return max_concurrent_tasks + 8;
}

/** All that a worker may open. */
export function workerConnections(max_concurrent_tasks: number): number {
  return workerPool(max_concurrent_tasks) + LISTENING + LEASE;
}

/** What an embedded Postgres allows at least. */
const EMBEDDED_LEAST = 100;

/**
 * How many connections an embedded Postgres must allow for one server and one worker. Twice what
 * they open: those of a process that was killed may last until its successor is there.
 */
export function embeddedConnections(max_concurrent_tasks: number): number {
  const all = SERVER_CONNECTIONS + workerConnections(max_concurrent_tasks) + SIGN_IN_LINK;
  return Math.max(2 * all, EMBEDDED_LEAST);
}

/** What Postgres allows, and who is there. */
export interface Room {
  max_connections: number;
  /** Of them, for everybody: without those that are reserved, within limits of role and database. */
  available: number;
  /** Connections of others at this moment. */
  taken: number;
}

/**
 * Asks whether Postgres has room for all connections of this process. Warns when others leave too
 * few; throws ConfigError when they could never fit. `setting` is what makes them fewer.
 */
export async function checkConnections(
  db: Database,
  wanted: number,
  setting?: "MAX_CONCURRENT_TASKS",
): Promise<void> {
  const { problem, warning } = judgeRoom(await readRoom(db), wanted, setting);
  if (problem) throw new ConfigError([problem]);
  if (warning) log.warn(warning);
}

/** Takes what there is and what is wanted; returns what is wrong with it, if anything is. */
export function judgeRoom(
  { max_connections, available, taken }: Room,
  wanted: number,
  setting?: "MAX_CONCURRENT_TASKS",
): { problem?: string; warning?: string } {
  const name = setting ?? "DATABASE_URL";
  const advice = `${setting ? `lower ${setting} or ` : ""}raise max_connections of Postgres`;
  const room = `${available} of its max_connections (${max_connections})`;
  if (wanted > available) {
    return {
      problem: `${name}: this process may open ${wanted} connections to Postgres, ` +
        `which allows ${room}: ${advice}`,
    };
  }
  if (wanted <= available - taken) return {};
  return {
    warning: `This process may open ${wanted} connections to Postgres, which allows ${room}, ` +
      `and ${taken} are taken by others now: should they run out, ${advice}`,
  };
}

async function readRoom({ sql }: Database): Promise<Room> {
  const [row] = await sql<Room[]>`
    select current_setting('max_connections')::integer as max_connections,
      least(
        current_setting('max_connections')::integer
          - current_setting('superuser_reserved_connections')::integer
          - coalesce(current_setting('reserved_connections', true), '0')::integer,
        (select nullif(datconnlimit, -1) from pg_database where datname = current_database()),
        (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user)
      ) as available,
      (select count(*)::integer from pg_stat_activity
        where datid is not null and pid <> pg_backend_pid()) as taken`;
  return row;
}
