/** Lenient on purpose, as fields come and go: what is missing becomes a default. */
import { z } from "zod";

const text = z.string().catch("");
const maybeText = z.string().nullable().catch(null);
const count = z.number().nonnegative().catch(0);

export const tokenUsage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
}).partial().catch({});
export type TokenUsage = z.infer<typeof tokenUsage>;

export const contentBlock = z.looseObject({
  type: text,
  text: maybeText,
  thinking: maybeText,
  id: maybeText,
  name: maybeText,
  input: z.unknown().optional(),
  tool_use_id: maybeText,
  is_error: z.boolean().catch(false),
  content: z.unknown().optional(),
});
export type ContentBlock = z.infer<typeof contentBlock>;

const content = z.union([z.string(), z.array(contentBlock)]).catch([]);

const parent = { parent_tool_use_id: maybeText };

export const assistantLine = z.object({
  ...parent,
  error: maybeText,
  message: z.object({
    id: maybeText,
    model: text,
    content,
    usage: tokenUsage,
  }),
});
export type AssistantLine = z.infer<typeof assistantLine>;

const toolResultMeta = z.object({
  id: text,
  permission_decision: z.object({ decision: text }).catch({ decision: "" }),
});
export type ToolResultMeta = z.infer<typeof toolResultMeta>;

export const userLine = z.object({
  ...parent,
  uuid: maybeText,
  isReplay: z.boolean().catch(false),
  message: z.object({ content }),
  tool_use_result: z.looseObject({ status: text }).catch({ status: "" }),
  /** Not told by 2.1.197. */
  tool_result_meta: z.array(toolResultMeta).catch([]),
});
export type UserLine = z.infer<typeof userLine>;

export const denialLine = z.object({
  tool_name: text,
  tool_use_id: text,
  tool_input: z.unknown().optional(),
});

export const streamLine = z.object({
  ...parent,
  event: z.looseObject({
    type: text,
    message: z.object({ id: text, model: text, usage: tokenUsage }).optional().catch(undefined),
    delta: z.looseObject({ type: text, text: maybeText, thinking: maybeText }).optional()
      .catch(undefined),
    usage: tokenUsage,
  }),
});

export const initLine = z.object({
  session_id: text,
  cwd: text,
  model: text,
  claude_code_version: text,
  agents: z.array(z.string()).catch([]),
  tools: z.array(z.string()).catch([]),
});

export const resultLine = z.looseObject({
  subtype: text,
  is_error: z.boolean().catch(true),
  result: maybeText,
  errors: z.array(z.string()).catch([]),
  api_error_status: z.number().nullable().catch(null),
  num_turns: count,
  session_id: maybeText,
  /** Not told by 2.1.197. */
  begun_message_ids: z.array(z.string()).catch([]),
  permission_denials: z.array(denialLine).catch([]),
  structured_output: z.unknown().optional(),
  /** By the CLI's own limits on depth and number, over all turns; not told by 2.1.197. */
  subagent_stats: z.object({ refused: z.record(z.string(), count).catch({}) })
    .catch({ refused: {} }),
  total_cost_usd: count,
  usage: tokenUsage,
  modelUsage: z.record(
    z.string(),
    z.object({
      inputTokens: count,
      outputTokens: count,
      cacheReadInputTokens: count,
      cacheCreationInputTokens: count,
    }),
  ).catch({}),
});
export type ResultLine = z.infer<typeof resultLine>;

export const controlResponseLine = z.object({
  response: z.object({ request_id: text, response: z.object({ text }).catch({ text: "" }) }),
});

export const anyLine = z.looseObject({ type: z.string(), subtype: maybeText });
export type AnyLine = z.infer<typeof anyLine>;
