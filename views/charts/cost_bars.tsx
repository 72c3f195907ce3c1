import { money, plural, shortDay } from "@/views/format.ts";

export interface DayCost {
  day: string;
  cost_usd: number;
  tasks: number;
}

const [WIDTH, HEIGHT, TOP, GAP] = [336, 96, 14, 4];

/** A bar for each of the last days; the same figures follow as a table. */
export function CostBars({ days }: { days: DayCost[] }) {
  const most = Math.max(...days.map((day) => day.cost_usd), 0);
  const step = WIDTH / Math.max(1, days.length);
  return (
    <figure class="cost-bars">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`} aria-hidden="true">
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        <text x="0" y="10">{most > 0 ? money(most) : "Nothing yet"}</text>
        {days.map((day, i) => (
          <Bar key={day.day} day={day} x={i * step} width={step - GAP} most={most} />
        ))}
        <text x="0" y={HEIGHT + 15}>{days.length > 0 && shortDay(days[0].day)}</text>
        <text x={WIDTH} y={HEIGHT + 15} text-anchor="end">today</text>
      </svg>
      <details class="fold">
        <summary>Figures by day</summary>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Day (UTC)</th>
              <th scope="col" class="number">Tasks</th>
              <th scope="col" class="number">Cost</th>
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.day}>
                <th scope="row">{shortDay(day.day)}</th>
                <td class="number">{day.tasks}</td>
                <td class="number">{money(day.cost_usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

interface BarProps {
  day: DayCost;
  x: number;
  width: number;
  most: number;
}

function Bar({ day, x, width, most }: BarProps) {
  const share = most > 0 ? day.cost_usd / most : 0;
  const height = day.cost_usd > 0 ? Math.max(2, share * (HEIGHT - TOP)) : 0;
  const label = `${shortDay(day.day)}: ${money(day.cost_usd)}, ${plural(day.tasks, "task")}`;
  return (
    <g>
      <title>{label}</title>
      <rect class="slot" x={x + GAP / 2} y={TOP} width={width} height={HEIGHT - TOP} />
      <rect
        class="bar"
        x={x + GAP / 2}
        y={HEIGHT - height}
        width={width}
        height={height}
        rx="1.5"
      />
    </g>
  );
}
