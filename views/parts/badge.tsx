import type { Outcome } from "@/db/nouns/delivery.ts";
import type { TaskStatus } from "@/db/nouns/task.ts";
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
