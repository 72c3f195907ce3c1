import type { OutputRow } from "@/db/task_output.ts";

export function note(text: string, data: Record<string, unknown> = {}): OutputRow {
  return { kind: "system", text, data, message_id: null, parent_tool_use_id: null };
}
