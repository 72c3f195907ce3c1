import { z } from "zod";
import { toolProfile } from "@/db/nouns/tool_profile.ts";

export const nextTask = z.object({
  assigned_agent: z.string(),
  model: z.string().nullable(),
  tool_profile: toolProfile,
  requires_repository: z.boolean().default(false),
});
export type NextTask = z.infer<typeof nextTask>;

export interface OpenQuestion {
  question_id: string;
  command: string;
  question: string;
  next: NextTask;
}
