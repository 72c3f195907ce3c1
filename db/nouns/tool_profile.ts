import { z } from "zod";

/** What a run may do, from the least to the most. */
export const TOOL_PROFILES = ["read", "edit", "full"] as const;
export type ToolProfile = typeof TOOL_PROFILES[number];

export const toolProfile = z.enum(TOOL_PROFILES);
