import { getLogger } from "@logtape/logtape";
import { type Database, isConnectionError } from "@/db/client.ts";
import { takesWrites } from "@/db/health.ts";

const log = getLogger(["agent", "server"]);

const CHECK_EVERY_MS = 500;
/** An outage is over when nothing has failed for this long. */
const QUIET_MS = 2_000;

interface Outage {
  since: number;
  last: number;
  refused: number;
}

const outages = new WeakMap<Database, Outage>();

/** Logs the beginning and the end of an outage. False when the error is not of Postgres away or busy. */
export function noteOutage(db: Database, error: unknown, { refused = 0 } = {}): boolean {
  if (!isConnectionError(error)) return false;
  if (hasClosed(error)) return true;
  const now = performance.now();
  const outage = outages.get(db) ?? begin(db, error, now);
  outage.last = now;
  outage.refused += refused;
  return true;
}

function begin(db: Database, error: unknown, since: number): Outage {
  const outage = { since, last: since, refused: 0 };
  outages.set(db, outage);
  log.warn("Postgres is away or busy: {error}", { error: String(error) });
  checkLater(db, outage);
  return outage;
}

function checkLater(db: Database, outage: Outage): void {
  Deno.unrefTimer(setTimeout(() => check(db, outage), CHECK_EVERY_MS));
}

async function check(db: Database, outage: Outage): Promise<void> {
  const works = await takesWrites(db).catch((error) => hasClosed(error) ? null : false);
  if (works === null) return void outages.delete(db);
  const now = performance.now();
  if (!works) outage.last = now;
  if (now - outage.last < QUIET_MS) return checkLater(db, outage);
  outages.delete(db);
  log.info("Postgres answers again after {seconds} s; {refused} requests were refused", {
    seconds: Math.ceil((outage.last - outage.since) / 1000),
    refused: outage.refused,
  });
}

/** True when we closed the pool ourselves. */
const hasClosed = (error: unknown): boolean =>
  (error as { code?: string }).code === "CONNECTION_ENDED";
