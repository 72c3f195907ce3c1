import type { WebhookStats } from "@/views/webhooks.ts";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import { countOf } from "@/views/webhook_counts.ts";

const WIDTH = 240;

/** Outcomes of deliveries as shares of one bar. */
export function OutcomeBar({ stats }: { stats: WebhookStats }) {
  if (stats.received === 0) return <p class="muted">Nothing came in.</p>;
  let at = 0;
  return (
    <figure class="outcome-bar">
      <svg viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
        {OUTCOMES.map((name) => {
          const x = at;
          const width = stats[name] / stats.received * WIDTH;
          at += width;
          return width > 0 && (
            <rect key={name} class={`share is-${name}`} x={x} y="0" width={width} height="8" />
          );
        })}
      </svg>
      <ul>
        {OUTCOMES.filter((name) => stats[name] > 0).map((name) => (
          <li key={name}>
            <span class={`key is-${name}`} aria-hidden="true"></span>
            <b>{countOf(stats, name)}</b> {name}
          </li>
        ))}
      </ul>
    </figure>
  );
}
