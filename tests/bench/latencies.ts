export interface Latencies {
  count: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
}

/** Percentiles of samples in milliseconds, by nearest rank. */
export function latencies(samples: number[]): Latencies {
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
  return { count: sorted.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}
