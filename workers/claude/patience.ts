import type { OutputReader } from "@/workers/claude/output.ts";

export interface Pending {
  message: boolean;
  sub_agent: boolean;
  /** A sub-agent reported, and the model has not been asked about it. */
  report: boolean;
}

const AGENT_PATIENCE_MS = 11 * 60_000;
const MESSAGE_PATIENCE_MS = 10_000;
const REPORT_PATIENCE_MS = 3000;

export function pendingAfterResult(
  { sub_agents, taken_up }: Pick<OutputReader, "sub_agents" | "taken_up">,
  sent: ReadonlySet<string>,
): Pending {
  return {
    message: [...sent].some((uuid) => !taken_up.has(uuid)),
    sub_agent: sub_agents.working,
    report: sub_agents.unheard,
  };
}

export const goesOn = (pending: Pending): boolean =>
  pending.message || pending.sub_agent || pending.report;

export function patienceMs(pending: Pending): number {
  if (pending.sub_agent) return AGENT_PATIENCE_MS;
  return pending.message ? MESSAGE_PATIENCE_MS : REPORT_PATIENCE_MS;
}
