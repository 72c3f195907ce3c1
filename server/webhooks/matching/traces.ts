/** The traces of a delivery as they are stored: what is known beforehand is kept by number. */
import { createHash } from "node:crypto";
import type { CommandSet } from "@/db/deliveries.ts";
import type { Command } from "@/server/webhooks/command.ts";
import { foundAt } from "@/server/webhooks/conditions/conditions.ts";
import type { Verdict } from "@/server/webhooks/matching/match.ts";
import type { CommandTrace } from "@/db/nouns/delivery.ts";
import { reasonInWords } from "@/server/webhooks/matching/reason.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";

export interface StoredTraces {
  commands: CommandTrace[];
  command_set: string;
  other_commands_reason: string | null;
  unmet: number[] | null;
  found: Record<string, string> | null;
}

/** A webhook's commands as its deliveries refer to them. */
export const commandSet = (commands: Command[]): CommandSet["commands"] =>
  commands.map(({ name, reasons }) => ({ name, reasons }));

/** Names such a list by what is in it. */
export const commandSetId = (commands: CommandSet["commands"]): string =>
  createHash("sha256").update(JSON.stringify(commands)).digest("hex").slice(0, 32);

/** The verdicts in words. */
export const tracesOf = (verdicts: Verdict[], scope: Scope): CommandTrace[] =>
  verdicts.map(({ command: { name }, matched, reason }) => ({
    name,
    matched,
    reason: reasonInWords(reason, (path) => foundAt(scope, path)),
  }));

/** Splits verdicts into numbers, the commonest words, and those of which something else is true. */
export function storedTraces(verdicts: Verdict[], scope: Scope, command_set: string): StoredTraces {
  const commonest = commonestWords(verdicts);
  const unmet: number[] = [];
  const found: Record<string, string> = {};
  const commands: CommandTrace[] = [];
  for (const { command, matched, reason } of verdicts) {
    unmet.push(typeof reason === "string" ? 0 : command.reasons.indexOf(reason) + 1);
    if (typeof reason !== "string") {
      if (reason.path !== undefined) found[reason.path] ??= foundAt(scope, reason.path);
    } else if (matched || reason !== commonest) {
      commands.push({ name: command.name, matched, reason });
    }
  }
  return {
    commands,
    command_set,
    other_commands_reason: commonest,
    unmet: unmet.some((number) => number > 0) ? unmet : null,
    found: Object.keys(found).length > 0 ? found : null,
  };
}

function commonestWords(verdicts: Verdict[]): string | null {
  const counts = new Map<string, number>();
  for (const { matched, reason } of verdicts) {
    if (!matched && typeof reason === "string") counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  let most: [string, number] | null = null;
  for (const one of counts) if (!most || one[1] > most[1]) most = one;
  return most?.[0] ?? null;
}
