import type { FieldError } from "@/server/errors.ts";
import { listAgents } from "@/server/registry/agents.ts";

/** What is wrong with agents that are named, by the paths they are named at. */
export async function agentErrors(
  wanted: { path: string; name: string | null | undefined }[],
): Promise<FieldError[]> {
  const named = wanted.filter(({ name }) => name);
  if (named.length === 0) return [];
  const names = (await listAgents()).map((agent) => agent.name);
  return named.filter(({ name }) => !names.includes(name!)).map(({ path, name }) => ({
    path,
    message: `there is no agent ${name}; there are ${names.join(", ")}`,
  }));
}
