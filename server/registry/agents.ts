import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { PROJECT_DIR } from "@/server/config.ts";
import { invalid } from "@/server/errors.ts";

const AGENTS_DIR = join(PROJECT_DIR, ".claude", "agents");

const Frontmatter = z.object({
  name: z.string(),
  description: z.string(),
  model: z.string().nullish(),
});

export interface Agent {
  name: string;
  description: string;
  model: string | null;
}

/**
 * The agents that there are, by name. A file without readable frontmatter, or named otherwise than
 * the agent in it, is none: the CLI would not find it either.
 */
export async function listAgents(dir: string = AGENTS_DIR): Promise<Agent[]> {
  const agents: Agent[] = [];
  for await (const { name } of Deno.readDir(dir)) {
    if (!name.endsWith(".md")) continue;
    const agent = readAgent(await Deno.readTextFile(join(dir, name)));
    if (agent?.name === name.slice(0, -".md".length)) agents.push(agent);
  }
  return agents.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** What an agent's file says about it, or null when it cannot be read. */
export function readAgent(text: string): Agent | null {
  const [, yaml] = /^---\r?\n(.*?)\r?\n---/s.exec(text) ?? [];
  if (yaml === undefined) return null;
  try {
    const { name, description, model } = Frontmatter.parse(parse(yaml));
    return { name, description, model: model ?? null };
  } catch {
    return null;
  }
}

/** Who takes what nobody else is asked for by name. */
const DEFAULT_AGENT = "brain";

/** The name of the agent that was wanted. Throws 422, with the names of those there are. */
export async function requireAgent(wanted: string | null | undefined): Promise<string> {
  const name = wanted ?? DEFAULT_AGENT;
  const names = (await listAgents()).map((agent) => agent.name);
  if (names.includes(name)) return name;
  throw invalid("agent", `there is no agent ${name}; there are ${names.join(", ")}`);
}
