import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** What a run needs to know of `.claude/agents/{name}.md`. */
export interface AgentFile {
  name: string;
  model: string | null;
}

const frontmatter = z.looseObject({
  name: z.string(),
  description: z.string(),
  model: z.string().optional(),
});

/**
 * Reads an agent's file. The CLI drops an agent with broken frontmatter without a word, so it is
 * checked here. Throws when there is none of that name or its frontmatter is not right.
 */
export function readAgent(agents_dir: string, name: string): AgentFile {
  const path = join(agents_dir, "agents", `${name}.md`);
  if (!/^[a-z0-9][a-z0-9_-]*$/i.test(name)) throw new Error(`"${name}" is not an agent's name.`);
  const text = textOf(path);
  if (text === null) throw new Error(`There is no agent named "${name}" in .claude/agents.`);
  const fields = frontmatter.safeParse(readFrontmatter(text));
  if (!fields.success || fields.data.name !== name) {
    const problem = fields.success ? `its name is "${fields.data.name}"` : "name, description";
    throw new Error(`.claude/agents/${name}.md has no valid frontmatter (${problem}).`);
  }
  const model = fields.data.model;
  return { name, model: model && model !== "inherit" ? model : null };
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}

function readFrontmatter(text: string): unknown {
  const match = text.match(/^---\r?\n([\s\S]*?)\r?\n---/);
  try {
    return match ? parse(match[1]) : null;
  } catch {
    return null;
  }
}
