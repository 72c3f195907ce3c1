import { join } from "node:path";
import { invalid } from "@/server/errors.ts";
import type { Agent } from "@/server/registry/assets.ts";
import { readAgents } from "@/server/registry/files.ts";

export type { Agent } from "@/server/registry/assets.ts";

const CLAUDE_DIR = join(import.meta.dirname!, "..", "..", ".claude");

/** Takes what nobody else is asked for by name. */
const DEFAULT_AGENT = "brain";

export const listAgents = (claude_dir = CLAUDE_DIR): Promise<Agent[]> => readAgents(claude_dir);

/** The name of the agent that was wanted. Throws 422, with the names of those there are. */
export async function requireAgent(wanted: string | null | undefined): Promise<string> {
  const name = wanted ?? DEFAULT_AGENT;
  const names = (await listAgents()).map((agent) => agent.name);
  if (names.includes(name)) return name;
  throw invalid("agent", `there is no agent ${name}; there are ${names.join(", ")}`);
}
