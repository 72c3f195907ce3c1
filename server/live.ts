import { listen } from "@/db/channels.ts";
import type { Database } from "@/db/client.ts";
import { anyEventHidden, newestEventCursor } from "@/db/events.ts";
import type { Credential } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { type WatchedTask, watchedTasks } from "@/db/tasks/watch.ts";
import { endUnadmitted } from "@/server/live/admission.ts";
import { EventRoom } from "@/server/live/event_room.ts";
import { OutputFeed } from "@/server/live/output_feed.ts";
import { rounds } from "@/server/live/rounds.ts";
import { TaskEnds } from "@/server/live/task_ends.ts";
import { type TaskFormat, TaskRoom } from "@/server/live/task_room.ts";
import { noteOutage } from "@/server/outage.ts";

export type { TaskBatch, TaskFormat } from "@/server/live/task_room.ts";

export interface Live {
  /**
   * SSE of one task: the rows after `after_seq`, what comes, and the end. Every stream ends a few
   * seconds after what lets its `reader` in.
   */
  task(
    task_id: string,
    after_seq: number,
    format: TaskFormat,
    reader: Credential,
  ): ReadableStream<Uint8Array>;
  /** The cursor of a reader who wants everything that comes from now on. */
  now(): Promise<string>;
  /** SSE of everything after a cursor of `events`; null: from when its first read is done. */
  events(after: string | null, reader: Credential): ReadableStream<Uint8Array>;
  /** The task once it has ended, or null when it has not within the time. */
  whenEnded(task_id: string, timeout_ms: number): Promise<Task | null>;
  /** Ends all streams; their readers come back with the id of what they have. */
  stop(): Promise<void>;
  /** `queued_bytes`: what waits for slow readers, of all streams together. */
  stats(): { watchers: number; queued_bytes: number };
}

export interface LiveOptions {
  /** A silent stream gets a comment this often. */
  heartbeat_ms?: number;
  /** Notifications are hints: this often the tables are looked at without one. */
  poll_ms?: number;
}

const POLL_MS = 1_000;
/** Revoking and signing out are announced; what just runs out is noticed this often. */
const ADMISSION_MS = 2_000;
const HEARTBEAT_MS = 15_000;
const SETTLE_MS = 100;

/** Watches the tables for everybody of this process, on one LISTEN connection. */
export async function startLive(db: Database, options: LiveOptions = {}): Promise<Live> {
  const rooms = new Map<string, TaskRoom>();
  const ends = new TaskEnds(db);
  const events = new EventRoom(db);
  const feed = new OutputFeed(db, () => events.watchers.size > 0, (frame) => events.say(frame));
  const stopping = new AbortController();
  let settling: ReturnType<typeof setTimeout> | undefined;

  const admit = rounds(() => endUnadmitted(db, watchers()));
  const watchers = () => [...taskWatchers(rooms), ...events.watchers];
  const watchedIds = () => [...new Set([...rooms.keys(), ...ends.ids()])];

  function heardTask(task_id: string): void {
    rooms.get(task_id)?.refresh();
    ends.look(task_id);
    feed.heard(task_id);
  }

  function heardEvent(): void {
    events.refresh();
    settle();
  }

  // An event stays hidden while an older transaction runs, whose end may announce nothing.
  function settle(): void {
    settling ??= setTimeout(async () => {
      settling = undefined;
      const hidden = await anyEventHidden(db).catch(() => true);
      events.refresh();
      if (hidden && events.watchers.size > 0 && !stopping.signal.aborted) settle();
    }, SETTLE_MS);
  }

  // What was announced while there was no connection is in the tables.
  function connected(): void {
    for (const task_id of watchedIds()) heardTask(task_id);
  }

  async function poll(): Promise<void> {
    events.refresh();
    for (const watcher of watchers()) void watcher.catchUp();
    const ids = watchedIds();
    for (const task of ids.length > 0 ? await watchedTasks(db, ids) : []) {
      if (hasEnded(task.status)) ends.look(task.task_id);
      const room = rooms.get(task.task_id);
      if (room && (room.owes_metrics || isNews(task, room.task))) room.refresh();
    }
  }

  const unlisten = await Promise.all([
    listen(db, "task", heardTask, connected),
    // Each channel is listened to again on its own: one may be back before the other.
    listen(db, "events", heardEvent, heardEvent),
    listen(db, "credentials", admit, admit),
  ]);
  const polling = setInterval(
    () => poll().catch((error) => noteOutage(db, error)),
    options.poll_ms ?? POLL_MS,
  );
  const admitting = setInterval(admit, ADMISSION_MS);
  const beating = setInterval(() => {
    for (const watcher of watchers()) watcher.beat();
  }, options.heartbeat_ms ?? HEARTBEAT_MS);

  return {
    task(task_id, after_seq, format, reader) {
      if (stopping.signal.aborted) return ReadableStream.from([]);
      const room = rooms.get(task_id) ?? new TaskRoom(db, task_id, () => rooms.delete(task_id));
      rooms.set(task_id, room);
      return room.watch(after_seq, format, reader);
    },
    async now() {
      await feed.begin();
      return await newestEventCursor(db);
    },
    events(after, reader) {
      return stopping.signal.aborted ? ReadableStream.from([]) : events.watch(after, reader);
    },
    whenEnded: (task_id, timeout_ms) => ends.wait(task_id, timeout_ms),
    stats: () => ({
      watchers: watchers().length,
      queued_bytes: watchers().reduce((sum, watcher) => sum + watcher.queued, 0),
    }),
    async stop() {
      clearInterval(polling);
      clearInterval(admitting);
      clearInterval(beating);
      clearTimeout(settling);
      stopping.abort();
      for (const watcher of watchers()) watcher.end();
      ends.stop();
      await Promise.all(unlisten.map((end) => end().catch(() => {})));
    },
  };
}

const taskWatchers = (rooms: Map<string, TaskRoom>) =>
  [...rooms.values()].flatMap((room) => [...room.watchers]);

/** True when a room that knows `known` has missed something. */
function isNews(task: WatchedTask, known: Task | null): boolean {
  return known !== null && (task.last_seq !== known.last_seq || task.status !== known.status ||
    task.attempt !== known.attempt || task.cost_usd !== known.cost_usd ||
    task.output_tokens !== known.output_tokens ||
    task.stop_requested_at?.getTime() !== known.stop_requested_at?.getTime());
}
