import type { Database } from "@/db/client.ts";
import { listen } from "@/db/channels.ts";
import { getTask, type Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";

const PATIENCE_MS = 60_000;

/** Looks again and again, where nobody gives a sign. Rejects when it does not come in that time. */
export async function untilTrue(
  holds: () => boolean | Promise<boolean>,
  patience_ms = PATIENCE_MS,
): Promise<void> {
  const give_up = performance.now() + patience_ms;
  while (!await holds()) {
    if (performance.now() > give_up) throw new Error(`gave up waiting for ${holds}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

/** What comes of the promise. Rejects when that takes more than a minute. */
export async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`gave up waiting for ${what}`)), PATIENCE_MS);
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Waits on the task's notifications until `fits` holds, and returns the task. Rejects with what it
 * looks like when that does not come, at once when the task has ended otherwise.
 */
export async function untilTask(
  db: Database,
  task_id: string,
  fits: (task: Task) => boolean,
): Promise<Task> {
  const { promise, resolve, reject } = Promise.withResolvers<Task>();
  let last: Task | null = null;
  const look = async () => {
    last = await getTask(db, task_id);
    if (last && fits(last)) resolve(last);
    else if (last && hasEnded(last.status)) reject(new Error(`it ended: ${shown(last)}`));
  };
  const unlisten = await listen(db, "task", (id) => void (id === task_id && look()), look);
  const timer = setTimeout(() => {
    reject(new Error(`gave up waiting for the task: ${shown(last)}`));
  }, PATIENCE_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await unlisten();
  }
}

const shown = (task: Task | null) => JSON.stringify(task, null, 1);

/** The task once it has ended. */
export const untilEnded = (db: Database, task_id: string): Promise<Task> =>
  untilTask(db, task_id, (task) => hasEnded(task.status));
