/** A document of Atlassian's format as the wiki text that it would be. */
import { z } from "zod";

const MAX_DEPTH = 40;
const node = z.object({
  type: z.string(),
  text: z.string().nullish(),
  marks: z.array(z.object({ type: z.string() })).nullish(),
  attrs: z.object({
    id: z.string().nullish(),
    text: z.string().nullish(),
    shortName: z.string().nullish(),
    url: z.string().nullish(),
  }).nullish(),
  content: z.array(z.unknown()).nullish(),
});

const BLOCKS = ["paragraph", "heading", "listItem", "taskItem", "tableRow", "rule"];
const WRAPPED: Record<string, string> = { codeBlock: "{code}", blockquote: "{quote}" };

/** Text of a comment or a description: wiki text as it is, a document made plain, else null. */
export function textOf(body: unknown): string | null {
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return null;
  const parts: string[] = [];
  collect(body, parts, 0);
  return parts.join("").trimEnd();
}

function collect(value: unknown, parts: string[], depth: number): void {
  const read = node.safeParse(value);
  if (!read.success || depth > MAX_DEPTH) return;
  const { type, content } = read.data;
  const wrap = WRAPPED[type];
  if (wrap) parts.push(`${wrap}\n`);
  parts.push(inline(read.data));
  for (const child of content ?? []) collect(child, parts, depth + 1);
  if (wrap) parts.push(`\n${wrap}\n`);
  else if (BLOCKS.includes(type)) parts.push("\n");
}

function inline({ type, text, marks, attrs }: z.infer<typeof node>): string {
  if (type === "hardBreak") return "\n";
  if (type === "mention") return `[~accountid:${attrs?.id ?? ""}]`;
  if (type === "inlineCard") return attrs?.url ?? "";
  if (type === "emoji") return attrs?.text ?? attrs?.shortName ?? "";
  const is_code = marks?.some((mark) => mark.type === "code");
  return is_code ? `{{${text ?? ""}}}` : text ?? "";
}
