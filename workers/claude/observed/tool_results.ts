import { z } from "zod";
import type { ContentBlock, ToolResultMeta } from "@/workers/claude/cli_lines.ts";
import { kindOf } from "@/workers/claude/observed/tools.ts";

const LOOKED_AT = 400;
const REFUSED =
  /^(?:<tool_use_error>)?(?:Error: )?(?:No such tool available|Permission to use .{1,200} has been denied)/;
const NOT_RUN = "<tool_use_error>";
const CUT_AT_START = "<persisted-output>";
/** What Grep and Glob end with (2.1.332); a sub-agent's results have nothing but their text. */
const CUT_AT_END = /\[Showing results with pagination = [^\]]*\]$|\(Results are truncated[^)]*\)$/;

const limited = z.object({
  appliedLimit: z.number().optional().catch(undefined),
  truncated: z.boolean().catch(false),
  persistedOutputPath: z.string().optional().catch(undefined),
});

/** The CLI says so beside the result, or in its first words. */
export function wasRefused(block: ContentBlock, meta: ToolResultMeta[]): boolean {
  const told = meta.find(({ id }) => id === block.tool_use_id)?.permission_decision.decision;
  if (told === "reject") return true;
  return block.is_error && REFUSED.test(textOf(block.content).slice(0, LOOKED_AT));
}

/** A command that failed has run all the same. */
export function wasDone(tool: string, block: ContentBlock): boolean {
  if (!block.is_error) return true;
  return kindOf(tool) === "command" && !textOf(block.content).startsWith(NOT_RUN);
}

/** There was more than what the model was shown. */
export function wasCut(block: ContentBlock, result: unknown): boolean {
  const { appliedLimit, truncated, persistedOutputPath } = limited.safeParse(result).data ?? {};
  if (appliedLimit !== undefined || truncated || persistedOutputPath !== undefined) return true;
  const text = textOf(block.content);
  return text.startsWith(CUT_AT_START) || CUT_AT_END.test(text.slice(-LOOKED_AT).trimEnd());
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const [first] = Array.isArray(content) ? content : [];
  return typeof first?.text === "string" ? first.text : "";
}
