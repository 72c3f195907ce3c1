import { z } from "zod";
import { parseFrontmatter } from "@/server/registry/frontmatter.ts";

const names = z.union([z.string(), z.array(z.string())]).nullish();
const fields = z.looseObject({
  description: z.string(),
  model: z.string().nullish(),
  tools: names,
  disallowedTools: names,
});

/** Commas between tools, not those within `Bash(git log:*, …)`. */
const BETWEEN_TOOLS = /,(?![^(]*\))/;
const AFTER_FIELDS = /^---\r?\n.*?\r?\n---[^\n]*\n?/s;

/**
 * For `--agents`: an agent that lists its tools has no StructuredOutput unless it lists that as
 * well (2.1.332). Null: it lists none, and its file will do.
 */
export function definitionWithResult(name: string, text: string): string | null {
  const read = parseFrontmatter(text, fields);
  const tools = read.ok ? listOf(read.data.tools) : null;
  if (!read.ok || !tools || tools.includes("*")) return null;
  const { description, model, disallowedTools } = read.data;
  const definition = {
    description,
    prompt: text.replace(AFTER_FIELDS, "").trim() || description,
    tools: [...tools, "StructuredOutput"],
    disallowedTools: listOf(disallowedTools) ?? undefined,
    model: model ?? undefined,
  };
  return JSON.stringify({ [name]: definition });
}

function listOf(tools: z.infer<typeof names>): string[] | null {
  if (tools === null || tools === undefined) return null;
  const list = typeof tools === "string" ? tools.split(BETWEEN_TOOLS) : tools;
  return list.map((tool) => tool.trim()).filter((tool) => tool !== "");
}
