import type { OutputReader } from "@/workers/claude/output.ts";

export interface Owed {
  message: boolean;
  sub_agent: boolean;
  /** A sub-agent reported, and the model has not been asked about it. */
  report: boolean;
}

const AGENT_PATIENCE_MS = 11 * 60_000;
const MESSAGE_PATIENCE_MS = 10_000;
const REPORT_PATIENCE_MS = 3000;

export function stillOwed(
  { sub_agents, taken_up }: Pick<OutputReader, "sub_agents" | "taken_up">,
  sent: ReadonlySet<string>,
): Owed {
  return {
    message: [...sent].some((uuid) => !taken_up.has(uuid)),
    sub_agent: sub_agents.working,
    report: sub_agents.unheard,
  };
}

export const goesOn = (owed: Owed): boolean => owed.message || owed.sub_agent || owed.report;

export function patienceMs(owed: Owed): number {
  if (owed.sub_agent) return AGENT_PATIENCE_MS;
  return owed.message ? MESSAGE_PATIENCE_MS : REPORT_PATIENCE_MS;
}
