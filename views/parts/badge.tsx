import type { Outcome } from "@/db/nouns/delivery.ts";
import { endedWithRefusals } from "@/db/nouns/coverage.ts";
import type { Task, TaskStatus } from "@/db/nouns/task.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Shape, colour and word say the same. */
export function StatusBadge({ status, stopping }: { status: TaskStatus; stopping?: boolean }) {
  return (
    <span class={`badge is-${status}`} data-status={status}>
      <Icon name={status} />
      {stopping && status === "running" ? "stopping" : status}
    </span>
  );
}

/** The status, and beside it whether something was refused on the way. */
export function TaskBadge(
  { task }: { task: Pick<Task, "status" | "stop_requested_at" | "refusals"> },
) {
  const badge = <StatusBadge status={task.status} stopping={task.stop_requested_at !== null} />;
  if (!endedWithRefusals(task)) return badge;
  return (
    <span class="badges">
      {badge}
      <span class="badge is-refused">
        <Icon name="ignored" />
        with refusals
      </span>
    </span>
  );
}

const SIGNS: Record<Outcome, [IconName, string]> = {
  accepted: ["completed", "completed"],
  ignored: ["cancelled", "cancelled"],
  duplicate: ["queued", "cancelled"],
  refused: ["failed", "failed"],
  invalid: ["ignored", "failed"],
};

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const [icon, tone] = SIGNS[outcome];
  return (
    <span class={`badge is-${tone}`} data-outcome={outcome}>
      <Icon name={icon} />
      {outcome}
    </span>
  );
}

const REPLY_SIGNS = {
  pending: ["queued", "queued"],
  sent: ["completed", "completed"],
  failed: ["failed", "failed"],
} as const;

export function ReplyBadge({ status }: { status: keyof typeof REPLY_SIGNS }) {
  const [icon, tone] = REPLY_SIGNS[status];
  return (
    <span class={`badge is-${tone}`}>
      <Icon name={icon} />
      {status}
    </span>
  );
}
