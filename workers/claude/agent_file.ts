import { join } from "node:path";
import { type Agent, isAssetName, parseAgent } from "@/server/registry/assets.ts";
import { definitionWithResult } from "@/workers/claude/agent_definition.ts";
import type { AssetVersion } from "@/workers/claude/assets.ts";

/** Throws, in words for people, when the file is missing or broken. */
export function readAgent(
  { path }: Pick<AssetVersion, "path">,
  name: string,
  gives_result = false,
): Agent & { definition: string | null } {
  if (!isAssetName(name)) throw new Error(`"${name}" is not an agent's name.`);
  const text = textOf(join(path, "agents", `${name}.md`));
  if (text === null) throw new Error(`There is no agent named "${name}" in .claude/agents.`);
  const parsed = parseAgent(name, text);
  if (parsed.ok) {
    const definition = gives_result ? definitionWithResult(name, text) : null;
    return { ...parsed.data, definition };
  }
  const problems = parsed.problems.map(({ line, message }) => `line ${line}: ${message}`);
  throw new Error(`.claude/agents/${name}.md has no valid frontmatter (${problems.join("; ")}).`);
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
