import { Histogram, Registry } from "prom-client";

/** What this process counts for `/metrics`. */
export interface Metrics {
  registry: Registry;
  observeDelivery: (provider: string, outcome: string, answered_ms: number) => void;
}

/** Counters of their own for each app: a test may have several in one process. */
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
      answers.observe({ provider, outcome }, answered_ms / 1000),
  };
}
