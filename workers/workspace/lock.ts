import { dirname } from "node:path";
import type { Places } from "@/workers/workspace/places.ts";

const last = new Map<string, Promise<unknown>>();

/** One at a time for each repository, in this process and among processes. */
export async function locked<Value>(
  { lock }: Places,
  work: () => Promise<Value>,
  signal?: AbortSignal,
): Promise<Value> {
  const gave_up = Promise.withResolvers<never>();
  const giveUp = () => gave_up.reject(signal?.reason);
  const turn = (last.get(lock) ?? Promise.resolve()).then(() => {
    signal?.removeEventListener("abort", giveUp);
    signal?.throwIfAborted();
    return holding(lock, work);
  });
  const over = turn.catch(() => {});
  last.set(lock, over);
  over.then(() => last.get(lock) === over && last.delete(lock));
  signal?.addEventListener("abort", giveUp, { once: true });
  return await Promise.race([turn, gave_up.promise]);
}

/** The kernel lets go of it when the process dies. */
async function holding<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  using file = await Deno.open(path, { create: true, write: true });
  await file.lock(true);
  return await work();
}
