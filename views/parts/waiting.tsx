import { MOST_COUNTED } from "@/db/nouns/waiting.ts";
import type { Waiting } from "@/db/waiting.ts";
import type { Approval } from "@/db/approvals.ts";
import { Ago } from "@/views/parts/time.tsx";
import { oneLine } from "@/views/plain.ts";

interface WaitingProps {
  waiting: Waiting;
  /** The newest of the plans that wait. */
  plans: Approval[];
  now: Date;
}

/** What does not go on without a person, with the way to it. */
export function WaitingForPeople({ waiting, plans, now }: WaitingProps) {
  const { failed, pull_requests } = waiting;
  if (waiting.plans + failed + pull_requests === 0) return null;
  return (
    <section class="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">Waits for a person</h2>
      <ul>
        {plans.map(({ approval_id, plan, requested_at }) => (
          <li key={approval_id}>
            <span class="muted">Plan</span>{" "}
            <a href={`/approvals/${approval_id}`} dir="auto">{oneLine(plan.title, 120)}</a>{" "}
            <Ago at={requested_at} now={now} />
          </li>
        ))}
        {waiting.plans > plans.length && (
          <Line href="/approvals?status=pending" text="All plans" count={waiting.plans} />
        )}
        <Line href="/flows?status=stopped" text="Work that failed" count={failed} />
        <Line href="/flows?status=waiting" text="Pull requests to review" count={pull_requests} />
      </ul>
    </section>
  );
}

function Line({ href, text, count }: { href: string; text: string; count: number }) {
  if (count === 0) return null;
  return (
    <li>
      <a href={href}>{text}: {count < MOST_COUNTED ? count : `${MOST_COUNTED - 1}+`}</a>
    </li>
  );
}
