import type { TaskStatus } from "@/db/nouns/task.ts";
import { duration } from "@/views/format.ts";
import { Moment } from "@/views/parts/time.tsx";

export interface TimelineProps {
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  status: TaskStatus;
  ended: boolean;
  now?: Date;
}

const WIDTH = 320;

export function Timeline(props: TimelineProps) {
  const { created_at, started_at, completed_at, status, ended, now = new Date() } = props;
  const end = completed_at ?? now;
  const waited = seconds(created_at, started_at ?? end);
  const ran = started_at ? seconds(started_at, end) : 0;
  return (
    <div class="timeline">
      <Spans waited={waited} ran={ran} status={status} />
      <ol>
        <li>
          <span>Asked</span> <Moment at={created_at} />
        </li>
        {started_at && (
          <li>
            <span>Started</span> <Moment at={started_at} />
            <span class="sub-line">waited {duration(waited)}</span>
          </li>
        )}
        {ended && completed_at && (
          <li>
            <span>Ended</span> <Moment at={completed_at} />
            <span class="sub-line">{started_at ? `ran ${duration(ran)}` : "never ran"}</span>
          </li>
        )}
      </ol>
    </div>
  );
}

const seconds = (from: Date, to: Date) => Math.max(0, (to.getTime() - from.getTime()) / 1000);

function Spans({ waited, ran, status }: { waited: number; ran: number; status: TaskStatus }) {
  const whole = waited + ran || 1;
  // Two pixels at least, so that a wait of milliseconds can be seen.
  const first = Math.min(WIDTH - 2, Math.max(2, waited / whole * WIDTH));
  return (
    <svg viewBox={`0 0 ${WIDTH} 10`} aria-hidden="true" preserveAspectRatio="none">
      <rect class="span-waited" x="0" y="1" width={first - 1} height="8" rx="2" />
      {ran > 0 && (
        <rect
          class={`span-ran is-${status}`}
          x={first + 1}
          y="1"
          width={WIDTH - first - 1}
          height="8"
          rx="2"
        />
      )}
    </svg>
  );
}
