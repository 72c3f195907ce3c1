import { type Database, isConnectionError } from "@/db/client.ts";
import { getTask, type Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";

/** Those who wait for a task to end. */
export class TaskEnds {
  readonly #waiting = new Map<string, Set<(task: Task | null) => void>>();

  constructor(private readonly db: Database) {}

  ids(): Iterable<string> {
    return this.#waiting.keys();
  }

  /** The ended task, or null when the time is over first. */
  async wait(task_id: string, timeout_ms: number): Promise<Task | null> {
    const { promise, resolve } = Promise.withResolvers<Task | null>();
    const waiting = this.#waiting.get(task_id) ?? new Set();
    this.#waiting.set(task_id, waiting.add(resolve));
    const timer = setTimeout(() => resolve(null), timeout_ms);
    this.look(task_id); // it may have ended before anybody waited
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(task_id);
    }
  }

  /** Reads the task, and tells those who wait when it has ended. */
  look(task_id: string): void {
    if (!this.#waiting.has(task_id)) return;
    getTask(this.db, task_id).then((task) => {
      if (!task || hasEnded(task.status)) this.#tell(task_id, task);
    }).catch((error) => {
      if (!isConnectionError(error)) this.#tell(task_id, null); // else the poll looks again
    });
  }

  stop(): void {
    for (const task_id of [...this.#waiting.keys()]) this.#tell(task_id, null);
  }

  #tell(task_id: string, task: Task | null): void {
    for (const resolve of this.#waiting.get(task_id) ?? []) resolve(task);
  }
}
