import { createHash } from "node:crypto";
import type { CommandTrace } from "@/server/webhooks/match.ts";

/** The traces of a delivery as they are stored: what is true of most is kept once. */
export interface StoredTraces {
  commands: CommandTrace[];
  command_set: string;
  other_commands_reason: string | null;
}

/** Names a list of command names. */
export const commandSetId = (names: string[]): string =>
  createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 32);

/** Splits traces into the commonest reason and the others. */
export function storedTraces(traces: CommandTrace[], command_set: string): StoredTraces {
  const counts = new Map<string, number>();
  for (const { matched, reason } of traces) {
    if (!matched) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const commonest = [...counts].reduce<[string, number] | null>(
    (most, one) => most && most[1] >= one[1] ? most : one,
    null,
  )?.[0] ?? null;
  return {
    commands: traces.filter(({ matched, reason }) => matched || reason !== commonest),
    command_set,
    other_commands_reason: commonest,
  };
}
