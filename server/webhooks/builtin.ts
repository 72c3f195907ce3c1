import { asked } from "@/server/webhooks/builtin/asked.ts";
import type { BuiltinSpec } from "@/server/webhooks/builtin/spec.ts";
import { triggered } from "@/server/webhooks/builtin/triggered.ts";

/** The commands that every webhook of a provider has. */
export const builtinCommands = (provider: string): BuiltinSpec[] => [
  ...asked,
  ...(Object.hasOwn(triggered, provider) ? triggered[provider] : []),
];
