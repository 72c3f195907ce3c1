import type { ApprovalStatus } from "@/db/nouns/approval.ts";
import type { FlowStatus } from "@/db/nouns/flow.ts";
import { Icon, type IconName } from "@/views/parts/icon.tsx";

const FLOW_SIGNS: Record<FlowStatus, [IconName, string]> = {
  open: ["cancelled", "cancelled"],
  waiting: ["queued", "queued"],
  running: ["running", "running"],
  done: ["completed", "completed"],
  stopped: ["failed", "failed"],
};

interface FlowBadgeProps {
  flow: { status: FlowStatus; waits_for: "approval" | "pull_request" | null };
}

export function FlowBadge({ flow: { status, waits_for } }: FlowBadgeProps) {
  const [icon, tone] = FLOW_SIGNS[status];
  const what = waits_for && ` for ${waits_for === "approval" ? "approval" : "its pull request"}`;
  return (
    <span class={`badge is-${tone}`} data-status={status}>
      <Icon name={icon} />
      {status}
      {what}
    </span>
  );
}

const APPROVAL_SIGNS: Record<ApprovalStatus, [IconName, string]> = {
  pending: ["queued", "queued"],
  approved: ["completed", "completed"],
  rejected: ["failed", "failed"],
  sent_back: ["cancelled", "cancelled"],
  expired: ["ignored", "failed"],
  void: ["ignored", "failed"],
};

export function ApprovalBadge({ status }: { status: ApprovalStatus }) {
  const [icon, tone] = APPROVAL_SIGNS[status];
  return (
    <span class={`badge is-${tone}`} data-status={status}>
      <Icon name={icon} />
      {status.replace("_", " ")}
    </span>
  );
}
