import { providers } from "@/server/providers/mod.ts";
import { asked } from "@/server/webhooks/builtin/asked.ts";
import { ANALYZE, ANSWER, type BuiltinSpec, startsTask } from "@/server/webhooks/builtin/spec.ts";

/** Starts unasked, so it is off until somebody turns it on. */
const unasked = {
  ...startsTask,
  enabled: false,
  instructions: ANALYZE + ANSWER,
} satisfies Partial<BuiltinSpec>;

/** The commands that every webhook of a provider has. */
export const builtinCommands = (provider: string): BuiltinSpec[] => [
  ...asked,
  ...(providers.get(provider)?.triggers ?? []).map((trigger) => ({ ...unasked, ...trigger })),
];
