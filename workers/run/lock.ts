import { join } from "node:path";
import { z } from "zod";

const content = z.object({ pid: z.int().positive(), worker_id: z.uuid() });

export interface MachineLock {
  /** The worker that had this folder before and died without a word, or null. */
  died: string | null;
  release(): Promise<void>;
}

/**
 * Makes this process the one worker of `data_dir`: two would share work folders and uids. The
 * operating system gives the lock back however a worker ends. Throws when another one lives.
 */
export async function lockMachine(data_dir: string, worker_id: string): Promise<MachineLock> {
  const path = join(data_dir, "worker.lock");
  await Deno.mkdir(data_dir, { recursive: true });
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    throw new Error(
      `Another worker uses ${data_dir}. Stop it, or give this one a DATA_DIR of its own.`,
    );
  }
  const before = content.safeParse(jsonOrNull(await Deno.readTextFile(path))).data;
  await Deno.writeTextFile(path, JSON.stringify({ pid: Deno.pid, worker_id }));
  return {
    died: before?.worker_id ?? null,
    async release() {
      await Deno.writeTextFile(path, "");
      file.close();
    },
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
