import type { OutputRow } from "@/db/task_output.ts";

/** A line of our own in a task's output: what people should know and the CLI did not say. */
export function note(text: string, data: Record<string, unknown> = {}): OutputRow {
  return { kind: "system", text, data, message_id: null, parent_tool_use_id: null };
}
