import { Counter, Gauge, Registry } from "prom-client";
import type { SharedFigures } from "@/db/metrics.ts";

type Labels = Record<string, string>;
type Sample = [value: number, labels?: Labels];

const STARTED_SECONDS = performance.timeOrigin / 1000;

/** Figures of this process. */
export function ownFigures(
  streams: { watchers: number; queued_bytes: number },
  database_up: boolean,
): Registry {
  const { rss, heapUsed, external } = Deno.memoryUsage();
  const page = new Registry();
  const gauge = gaugesOn(page);
  gauge("agent_database_up", "1 when Postgres answered this scrape.", [[Number(database_up)]]);
  gauge("agent_sse_connections", "Streams that are open at this process.", [[streams.watchers]]);
  gauge("agent_sse_queued_bytes", "What waits for slow readers of streams.", [
    [streams.queued_bytes],
  ]);
  gauge("process_resident_memory_bytes", "Memory of this process.", [[rss]]);
  gauge("process_heap_bytes", "Memory in use by its JavaScript heap.", [[heapUsed]]);
  gauge("process_external_bytes", "Memory of buffers outside of that heap.", [[external]]);
  gauge("process_start_time_seconds", "When it began, in Unix time.", [[STARTED_SECONDS]]);
  gauge("process_uptime_seconds", "How long it has run.", [[performance.now() / 1000]]);
  return page;
}

/** Figures from the tables, the same at each process. */
export function sharedFigures(figures: SharedFigures): Registry {
  const page = new Registry();
  const gauge = gaugesOn(page);
  gauge("agent_queue_depth", "Rows that wait: queued tasks, replies that are not out.", [
    [figures.queued_tasks, { queue: "run_task" }],
    [figures.pending_replies, { queue: "send_reply" }],
  ]);
  gauge("agent_queue_oldest_seconds", "Age of the oldest row that waits; 0 when none does.", [
    [figures.oldest_queued_task_seconds, { queue: "run_task" }],
    [figures.oldest_pending_reply_seconds, { queue: "send_reply" }],
  ]);
  gauge("agent_tasks_running", "Tasks that run, on all machines.", [[figures.running_tasks]]);
  gauge(
    "agent_database_connections",
    "Connections to the database, by process and state; LISTEN has one beside the pool.",
    figures.connections.map(({ application, state, count }) => [count, { application, state }]),
  );
  gauge("agent_database_pool_max", "Most connections of this process's pool.", [
    [figures.pool_max],
  ]);
  addReplies(page, figures.replies);
  return page;
}

function addReplies(page: Registry, replies: SharedFigures["replies"]): void {
  const of = ["provider", "kind"] as const;
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers: [page] });
  const tries = counter("agent_reply_tries_total", "Tries to send a reply, repeats too.", [...of]);
  const ends = counter("agent_replies_total", "Replies sent or given up.", [...of, "status"]);
  for (const { provider, kind, what, count } of replies) {
    if (what === "try") tries.inc({ provider, kind }, count);
    else ends.inc({ provider, kind, status: what }, count);
  }
}

const gaugesOn = (page: Registry) => (name: string, help: string, samples: Sample[]) => {
  const labelNames = Object.keys(samples[0]?.[1] ?? {});
  const gauge = new Gauge({ name, help, labelNames, registers: [page] });
  for (const [value, labels = {}] of samples) gauge.set(labels, value);
};
