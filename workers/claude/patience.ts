import type { OutputReader } from "@/workers/claude/output.ts";

/** What the CLI may go on with after a result. */
export interface Owed {
  /** A message of ours that it has not taken up. */
  message: boolean;
  /** A sub-agent that works in the background. */
  sub_agent: boolean;
  /** What a sub-agent brought, and the model has not been asked about. */
  report: boolean;
}

const AGENT_PATIENCE_MS = 11 * 60_000;
const MESSAGE_PATIENCE_MS = 10_000;
const REPORT_PATIENCE_MS = 3000;

/** By what was read, and the messages that were sent by their uuids. Pure. */
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

/** Another turn comes after this result. */
export const goesOn = (owed: Owed): boolean => owed.message || owed.sub_agent || owed.report;

/** How long an idle CLI may take to go on. Pure. */
export function patienceMs(owed: Owed): number {
  if (owed.sub_agent) return AGENT_PATIENCE_MS;
  return owed.message ? MESSAGE_PATIENCE_MS : REPORT_PATIENCE_MS;
}
