import { listen } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import type { Credential } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { watchedTasks } from "@/db/tasks/watch.ts";
import { endUnadmitted } from "@/server/live/admission.ts";
import { EventLog } from "@/server/live/event_log.ts";
import type { TaskFormat } from "@/server/live/formats/format.ts";
import { OutputFeed } from "@/server/live/output_feed.ts";
import { rounds } from "@/server/live/rounds.ts";
import { TaskLog } from "@/server/live/task_log.ts";
import { isNews } from "@/server/live/formats/task_state.ts";
import { noteOutage } from "@/server/outage.ts";

/** Streams of server-sent events; each ends soon after its reader's session or token does. */
export type Live = Awaited<ReturnType<typeof startLive>>;

type Stream = ReadableStream<Uint8Array>;

export interface LiveOptions {
  heartbeat_ms?: number;
  /** Notifications are hints: this often the tables are looked at without one. */
  poll_ms?: number;
}

/** Revoking and signing out are announced; what just runs out is noticed this often. */
const ADMISSION_MS = 2_000;

/** Watches the tables for everybody of this process, on one LISTEN connection. */
export async function startLive(
  db: Database,
  { heartbeat_ms = 15_000, poll_ms = 1_000 }: LiveOptions = {},
) {
  const tasks = new Map<string, TaskLog>();
  const events = new EventLog(db);
  const feed = new OutputFeed(db);
  let stopped = false;
  const readers = () => [...tasks.values(), events].flatMap((log) => [...log.readers.keys()]);
  const admit = rounds(() => endUnadmitted(db, readers()));

  function logOf(task_id: string): TaskLog {
    const log = tasks.get(task_id) ?? new TaskLog(db, task_id, () => tasks.delete(task_id));
    tasks.set(task_id, log);
    return log;
  }

  function heardTask(task_id: string): void {
    void tasks.get(task_id)?.refresh();
    feed.heard(task_id);
  }

  async function poll(): Promise<void> {
    void events.refresh();
    for (const reader of readers()) reader.wake();
    if (tasks.size === 0) return;
    for (const task of await watchedTasks(db, [...tasks.keys()])) {
      const log = tasks.get(task.task_id);
      if (log && isNews(task, log.state)) void log.refresh();
    }
  }

  const unlisten = await Promise.all([
    listen(db, "task", heardTask, () => [...tasks.keys()].forEach(heardTask)),
    // Each channel is listened to again on its own: one may be back before the other.
    listen(db, "events", () => events.heard(), () => events.heard()),
    listen(db, "credentials", admit, admit),
  ]);
  const timers = [
    setInterval(() => poll().catch((error) => noteOutage(db, error)), poll_ms),
    setInterval(admit, ADMISSION_MS),
    setInterval(() => readers().forEach((reader) => reader.beat()), heartbeat_ms),
  ];

  return {
    task(task_id: string, after_seq: number, format: TaskFormat, credential: Credential): Stream {
      if (stopped) return ReadableStream.from([]);
      return logOf(task_id).watch(after_seq, format, credential);
    },

    /** Every event after a cursor, or of all that comes once this resolves. */
    async events(
      after: string | null,
      credential: Credential,
      with_output = true,
    ): Promise<Stream> {
      if (stopped) return ReadableStream.from([]);
      return await events.watch(after, credential, with_output ? feed : null);
    },

    /** The task once it has ended, or null when it has not within the time. */
    whenEnded: (task_id: string, timeout_ms: number): Promise<Task | null> =>
      logOf(task_id).whenEnded(timeout_ms),

    stats: () => ({
      watchers: readers().length,
      queued_bytes: readers().reduce((sum, reader) => sum + reader.queued_bytes, 0),
    }),

    /** Ends all streams; their readers come back with the id of what they have. */
    async stop(): Promise<void> {
      stopped = true;
      timers.forEach(clearInterval);
      for (const log of [...tasks.values(), events]) log.end();
      await Promise.all(unlisten.map((end) => end().catch(() => {})));
    },
  };
}
