import { join } from "node:path";
import { z } from "zod";

const content = z.object({ worker_ids: z.array(z.uuid()) });

export interface MachineLock {
  /** The workers that had this folder before and may have left something: CLIs, a lease. */
  left: string[];
  remember(worker_ids: string[]): Promise<void>;
  release(): void;
}

/** Two workers would share work folders and uids. Throws when another one lives. */
export async function lockMachine(data_dir: string, worker_id: string): Promise<MachineLock> {
  await Deno.mkdir(data_dir, { recursive: true });
  const lock_path = join(data_dir, "worker.lock");
  const file = await Deno.open(lock_path, { write: true, create: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    throw new Error(
      `Another worker uses ${data_dir}. Stop it, or give this one a DATA_DIR of its own.`,
    );
  }
  const path = join(data_dir, "worker.json");
  const left = [...await readIds(path), ...await readOldId(lock_path)];
  // With those before: until they are given back, whoever comes next has to know of them.
  await writeIds(path, [...left, worker_id]);
  return {
    left,
    remember: (worker_ids) => writeIds(path, worker_ids),
    // The ids stay: whoever gave everything back has said so by `remember`.
    release: () => file.close(),
  };
}

async function readIds(path: string): Promise<string[]> {
  try {
    return content.parse(JSON.parse(await Deno.readTextFile(path))).worker_ids;
  } catch {
    return []; // the first worker here, or a file of nobody: leases run out by themselves
  }
}

/** The version before wrote its id into the lock itself. */
async function readOldId(path: string): Promise<string[]> {
  try {
    return [
      z.object({ worker_id: z.uuid() }).parse(JSON.parse(await Deno.readTextFile(path))).worker_id,
    ];
  } catch {
    return [];
  } finally {
    await Deno.truncate(path);
  }
}

/** By a new file: one that is half written would hide who was here. */
async function writeIds(path: string, worker_ids: string[]): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, JSON.stringify({ worker_ids }), { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}
