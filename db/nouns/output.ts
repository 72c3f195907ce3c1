import { z } from "zod";

export const OUTPUT_KINDS = [
  "text",
  "thinking",
  "tool_use",
  "tool_result",
  "system",
  "error",
  "result",
] as const;
export type OutputKind = typeof OUTPUT_KINDS[number];
/** What the model says, piece by piece: rows with the same message_id, joined, are the message. */
export type SaidKind = Extract<OutputKind, "text" | "thinking">;

const ROW = {
  kind: z.enum(OUTPUT_KINDS),
  text: z.string().nullable(),
  data: z.record(z.string(), z.unknown()).nullable(),
  message_id: z.string().nullable(),
  /** Set on what a sub-agent did: the `id` of the tool_use that started it. */
  parent_tool_use_id: z.string().nullable(),
};
const row = z.object(ROW);
export type OutputRow = z.infer<typeof row>;

export const OUTPUT = {
  seq: z.int().min(1),
  ...ROW,
  at: z.date(),
};
const output = z.object({ ...OUTPUT, attempt: z.int().min(1) });
export type Output = z.infer<typeof output>;
