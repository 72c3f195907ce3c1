import type { OutputRow } from "@/db/task_output.ts";
import type { Usage } from "@/db/nouns/usage.ts";

export const USAGE: Usage = {
  cost_usd: 0.0432,
  input_tokens: 1_240,
  output_tokens: 3_910,
  cache_read_tokens: 184_000,
  cache_creation_tokens: 22_400,
  num_turns: 4,
};

type Change = Partial<OutputRow>;

/** Rows as the CLI writes them: a text; below, a call, its result, a note, the end. */
export const said = (text: string, message_id = "msg_1", change: Change = {}): OutputRow => ({
  kind: "text",
  text,
  data: null,
  message_id,
  parent_tool_use_id: null,
  ...change,
});

export const used = (
  id: string,
  name: string,
  input: Record<string, unknown>,
  change: Change = {},
): OutputRow => ({
  kind: "tool_use",
  text: null,
  data: { id, name, input },
  message_id: "msg_t",
  parent_tool_use_id: null,
  ...change,
});

export const got = (
  id: string,
  text: string,
  is_error = false,
  change: Change = {},
): OutputRow => ({
  kind: "tool_result",
  text,
  data: { tool_use_id: id, is_error },
  message_id: null,
  parent_tool_use_id: null,
  ...change,
});

export const noted = (text: string, data: Record<string, unknown> = {}): OutputRow => ({
  kind: "system",
  text,
  data,
  message_id: null,
  parent_tool_use_id: null,
});

export const resulted = (data: Record<string, unknown> = {}): OutputRow => ({
  kind: "result",
  text: null,
  message_id: null,
  parent_tool_use_id: null,
  data: { subtype: "success", is_error: false, num_turns: 4, duration_ms: 74_000, ...data },
});
