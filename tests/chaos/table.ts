import type { Round } from "@/tests/chaos/rounds.ts";

const HEAD = [
  "fault",
  "rounds",
  "next task runs (s)",
  "",
  "",
  "accepts (s)",
  "",
  "",
  "attempts",
  "failed",
  "red",
];
const UNITS = ["", "", "median", "p90", "max", "median", "p90", "max", "charged", "tasks", ""];

/** How each kind of fault went, as lines of a table. */
export function table(rounds: Round[]): string[] {
  const kinds = [...new Set(rounds.map(({ fault }) => fault))].sort();
  const rows = [
    HEAD,
    UNITS,
    ...kinds.map((kind) => row(kind, rounds.filter(({ fault }) => fault === kind))),
    row("all", rounds),
  ];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  return rows.map((cells) =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
}

function row(name: string, rounds: Round[]): string[] {
  return [
    name,
    String(rounds.length),
    ...figures(rounds.map((round) => round.next_start_seconds)),
    ...figures(rounds.map((round) => round.accepted_seconds)),
    String(rounds.reduce((sum, round) => sum + round.attempts_charged, 0)),
    String(rounds.reduce((sum, round) => sum + round.failed, 0)),
    String(rounds.filter(({ problems }) => problems.length > 0).length),
  ];
}

/** What never came counts as endless. */
function figures(seconds: (number | null)[]): string[] {
  const sorted = seconds.map((s) => s ?? Infinity).sort((a, b) => a - b);
  return [0.5, 0.9, 1].map((share) => shown(quantile(sorted, share)));
}

const shown = (seconds: number) => Number.isFinite(seconds) ? seconds.toFixed(1) : "never";

/** The smallest value that at least this share of the sorted values does not exceed. */
export function quantile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The median over all rounds. */
export const medianRecovery = (rounds: Round[]): number =>
  quantile(rounds.map((r) => r.next_start_seconds ?? Infinity).sort((a, b) => a - b), 0.5);

/** What one round says while the others go on. */
export function line(round: Round, number: number): string {
  const seconds = (value: number | null) => value === null ? "never" : `${value.toFixed(1)} s`;
  const { fault, detail, tasks, attempts_charged, failed, server_mb, worker_mb, problems } = round;
  return [
    `${String(number).padStart(3)}  ${problems.length === 0 ? "green" : "RED  "}  ${fault}` +
    (detail ? ` (${detail})` : ""),
    `     next task runs ${seconds(round.next_start_seconds)}, ` +
    `accepts ${seconds(round.accepted_seconds)}, ${tasks} tasks, ` +
    `${failed} failed, ${attempts_charged} attempts charged, server ${server_mb} MB, worker ${worker_mb} MB`,
    ...problems.map((problem) => `     ! ${problem}`),
  ].join("\n");
}
