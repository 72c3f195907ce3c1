import { gzip } from "node:zlib";
import { promisify } from "node:util";
import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";

const log = getLogger(["agent", "deliveries"]);

const LARGE_BYTES = 512 * 1024;
/** Of one statement: the driver copies its bytes a few times, in our thread. */
const PART_BYTES = 256 * 1024;
/** Beyond this much that waits, those who send large bodies wait too. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

const inThread = promisify<Uint8Array, { level: number }, Uint8Array>(gzip);

export const gzipInThread = (body: Uint8Array): Promise<Uint8Array> => inThread(body, { level: 1 });

/** Is this body kept behind the answer instead of before it? 25 MiB took 400 ms to store. */
export const isLarge = (body: Uint8Array): boolean => body.length > LARGE_BYTES;

interface Waiting {
  bytes: number;
  done: Promise<void>;
}
const waiting = new WeakMap<Database, Waiting>();

/** Resolves at once unless too many wait. A failure is logged: the delivery then has no body. */
export async function keepLargeBody(
  db: Database,
  delivery_id: string,
  body: Uint8Array,
): Promise<void> {
  const queue = waiting.get(db) ?? { bytes: 0, done: Promise.resolve() };
  waiting.set(db, queue);
  queue.bytes += body.length;
  queue.done = queue.done.then(async () => {
    try {
      await writeParts(db, delivery_id, await gzipInThread(body));
    } catch (error) {
      log.warn("the body of delivery {delivery_id} is not kept: {error}", { delivery_id, error });
    } finally {
      queue.bytes -= body.length;
    }
  });
  if (queue.bytes > MOST_WAITING_BYTES) await queue.done;
}

export async function largeBodiesKept(db: Database): Promise<void> {
  await waiting.get(db)?.done;
}

async function writeParts({ sql }: Database, delivery_id: string, body: Uint8Array) {
  await sql.begin(async (tx) => {
    for (let at = 0, part = 0; at < body.length; at += PART_BYTES, part++) {
      const bytes = body.subarray(at, at + PART_BYTES);
      await tx`
        insert into delivery_body_parts (delivery_id, part, bytes)
        values (${delivery_id}, ${part}, ${bytes})`;
    }
  });
}
