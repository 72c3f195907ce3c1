import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";
import { ConfigError } from "@/db/process/read.ts";

const log = getLogger(["agent", "database"]);

const LISTENING = 1;
const LEASE = 1;
const SIGN_IN_LINK = 1;

export const MIGRATION_POOL = 4;
export const SERVER_POOL = 20;
export const SERVER_CONNECTIONS = SERVER_POOL + LISTENING;

export function workerPool(max_concurrent_tasks: number): number {
  return max_concurrent_tasks + 8;
}

export function workerConnections(max_concurrent_tasks: number): number {
  return workerPool(max_concurrent_tasks) + LISTENING + LEASE;
}

const EMBEDDED_LEAST = 100;

/** Twice what they open: those of a killed process may last until its successor is there. */
export function embeddedConnections(max_concurrent_tasks: number): number {
  const all = SERVER_CONNECTIONS + workerConnections(max_concurrent_tasks) + SIGN_IN_LINK;
  return Math.max(2 * all, EMBEDDED_LEAST);
}

export interface Room {
  max_connections: number;
  /** Of them, for everybody: without those that are reserved, within limits of role and database. */
  available: number;
  taken: number;
}

/** Warns when others leave too few connections; throws ConfigError when they could never fit. */
export async function checkConnections(
  db: Database,
  wanted: number,
  setting?: "MAX_CONCURRENT_TASKS",
): Promise<void> {
  const { problem, warning } = judgeRoom(await readRoom(db), wanted, setting);
  if (problem) throw new ConfigError([problem]);
  if (warning) log.warn(warning);
}

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
