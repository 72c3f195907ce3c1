import { z } from "zod";

/** How far the one who wrote is trusted; `system`: the provider tells of what no person did. */
export const TRUST_LEVELS = ["trusted", "untrusted", "self", "bot", "system"] as const;
export type Trust = typeof TRUST_LEVELS[number];

export const trust = z.enum(TRUST_LEVELS);
