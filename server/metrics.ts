import { Histogram, Registry } from "prom-client";
import { type Database, isConnectionError } from "@/db/client.ts";
import { readSharedFigures, type SharedFigures } from "@/db/metrics.ts";
import { within } from "@/db/process/pause.ts";
import type { Live } from "@/server/live.ts";
import { ownFigures, sharedFigures } from "@/server/metrics/figures.ts";
import { providers } from "@/server/providers/mod.ts";

export interface Metrics {
  registry: Registry;
  observeDelivery: (provider: string, outcome: string, answered_ms: number) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const answers = new Histogram({
    name: "agent_webhook_answer_seconds",
    help: "Time from a delivery's arrival to its answer; the objective is 0.2 s.",
    labelNames: ["provider", "outcome"],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers: [registry],
  });
  return {
    registry,
    observeDelivery: (provider, outcome, answered_ms) =>
      answers.observe({ provider: known(provider), outcome }, answered_ms / 1000),
  };
}

/** Addresses of no provider share one label: anybody can make them up. */
const known = (provider: string): string => providers.has(provider) ? provider : "unknown";

export interface Scraped {
  metrics: Metrics;
  db: Database;
  live: Pick<Live, "stats">;
}

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** A scraper waits 10 s for everything. */
const PATIENCE_MS = 3_000;

/** Prometheus text; without Postgres, this process's figures and `agent_database_up 0`. */
export async function metricsText({ metrics, db, live }: Scraped): Promise<string> {
  const read: Promise<SharedFigures | null> = readSharedFigures(db);
  const shared = await within(read, PATIENCE_MS, () => null).catch((error) => {
    if (isConnectionError(error)) return null;
    throw error;
  });
  const texts = await Promise.all([
    metrics.registry.metrics(),
    ownFigures(live.stats(), shared !== null).metrics(),
    shared && sharedFigures(shared).metrics(),
  ]);
  return texts.filter((text) => text !== null).join("\n");
}
