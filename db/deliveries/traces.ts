/**
 * What a delivery keeps of each command: its number in a list of known reasons, or words. In words
 * alone, the traces of 200 commands take more than the payload (docs/decisions/0014).
 */
import type { AcceptRecord } from "@/db/deliveries.ts";
import type { CommandTrace, KnownReason, TracedCommand } from "@/db/nouns/delivery.ts";

export type { KnownReason, TracedCommand };

/** Why one command runs or does not: a known reason, or words of this delivery. */
export interface Verdict<Command extends TracedCommand = TracedCommand> {
  command: Command;
  matched: boolean;
  reason: KnownReason | string;
}

/** Says what the payload has at a path. */
export type FoundAt = (path: string) => string;

export type StoredTraces = Pick<
  AcceptRecord["delivery"],
  "commands" | "other_commands_reason" | "unmet" | "found"
>;

/** Known reasons become numbers, counted from 1; the commonest words are kept once. */
export function storeTraces(verdicts: Verdict[], foundAt: FoundAt): StoredTraces {
  const commonest = commonestWords(verdicts);
  const unmet: number[] = [];
  const found: Record<string, string> = {};
  const commands: CommandTrace[] = [];
  for (const { command: { name, reasons }, matched, reason } of verdicts) {
    unmet.push(typeof reason === "string" ? 0 : reasons.indexOf(reason) + 1);
    if (typeof reason !== "string") {
      if (reason.path !== undefined) found[reason.path] ??= foundAt(reason.path);
    } else if (matched || reason !== commonest) {
      commands.push({ name, matched, reason });
    }
  }
  return {
    commands,
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

/** All traces in words: first those of no command of the list, then one for each of the list. */
export function readTraces(stored: StoredTraces, known: TracedCommand[]): CommandTrace[] {
  const own = new Map(stored.commands.map((trace) => [trace.name, trace]));
  const listed = known.map(({ name, reasons }, at) => {
    const trace = own.get(name) ?? { name, reason: wordsAt(at, reasons, stored), matched: false };
    own.delete(name);
    return trace;
  });
  return [...own.values(), ...listed];
}

function wordsAt(at: number, reasons: KnownReason[], stored: StoredTraces): string {
  const reason = reasons[(stored.unmet?.[at] ?? 0) - 1];
  if (!reason) return stored.other_commands_reason ?? "";
  return inWords(reason, (path) => stored.found?.[path]);
}

/** A reason as people read it. */
export function inWords(
  reason: KnownReason | string,
  foundAt: (path: string) => string | undefined,
): string {
  if (typeof reason === "string") return reason;
  const found = reason.path === undefined ? undefined : foundAt(reason.path);
  return found === undefined ? reason.text : `${reason.text}, found ${found}`;
}
