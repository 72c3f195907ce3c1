export const OBJECTIVE_MS = 200;

const [WIDTH, HEIGHT] = [120, 12];

/** `4.2 ms`, `37 ms`, `1.3 s`. */
export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

interface AnswerBarProps {
  p50: number;
  /** Equals `p50` for a single answer. */
  p99: number;
}

/** Median and 95th percentile on one scale with our target of 200 ms. */
export function AnswerBar({ p50, p99 }: AnswerBarProps) {
  const scale = WIDTH / Math.max(OBJECTIVE_MS * 1.25, p99);
  const at = (ms: number) => Math.max(2, Math.round(ms * scale));
  const late = p99 > OBJECTIVE_MS;
  return (
    <svg
      class={late ? "answer-bar is-late" : "answer-bar"}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <rect class="track" x="0" y="3" width={WIDTH} height="6" rx="3" />
      <rect class="most" x="0" y="3" width={at(p99)} height="6" rx="3" />
      <rect class="half" x="0" y="3" width={at(p50)} height="6" rx="3" />
      <line
        class="objective"
        x1={at(OBJECTIVE_MS)}
        x2={at(OBJECTIVE_MS)}
        y1="0"
        y2={HEIGHT}
      />
    </svg>
  );
}

export function AnswerTimes({ p50, p99 }: { p50: number | null; p99: number | null }) {
  if (p50 === null || p99 === null) return <span class="muted">no answer yet</span>;
  const late = p99 > OBJECTIVE_MS;
  return (
    <span class="answer-times">
      <AnswerBar p50={p50} p99={p99} />
      <span>
        <span class="muted">p50</span> {milliseconds(p50)} <span class="muted">p99</span>{" "}
        {milliseconds(p99)} {late && <span class="why">over {OBJECTIVE_MS} ms</span>}
      </span>
    </span>
  );
}
