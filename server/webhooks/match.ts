/** A delivery → which commands it starts, and for each of the others why not. Pure. */
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import { type Asked, readCommand } from "@/server/webhooks/commands.ts";
import type { Door } from "@/server/webhooks/door.ts";
import { type Scope, scopeOf } from "@/server/webhooks/scope.ts";
import type { Judgement } from "@/server/webhooks/trust.ts";

export interface CommandTrace {
  name: string;
  matched: boolean;
  reason: string;
}

export interface Matched {
  command: Command;
  args: string;
}

export interface Match {
  /** the commands to run, in their order */
  matched: Matched[];
  /** by what the text asks for something; null when it does not */
  asked: Asked | null;
  traces: CommandTrace[];
  /** why nothing is done; null when something is */
  reason: string | null;
  scope: Scope;
}

/** Matches what came in against all commands of a door. */
export function match(
  event: DeliveryEvent,
  payload: unknown,
  judgement: Judgement,
  door: Door,
): Match {
  // our own posts quote commands and list them; they are not even read
  const asked = judgement.trust === "self" ? null : askedOf(event, door);
  const scope = scopeFor(event, payload, asked?.args ?? "", door);
  const look: Look = { event, judgement, asked, scope, unasked: unaskedReason(event, door) };
  const traces: CommandTrace[] = [];
  const matched: Matched[] = [];
  for (const command of door.commands) {
    const { why_not, because } = lookAt(command, look);
    traces.push({ name: command.name, matched: why_not === null, reason: why_not ?? because });
    if (why_not === null) matched.push({ command, args: scope.args });
  }
  return {
    matched,
    asked,
    traces,
    reason: matched.length > 0 ? null : overall(look, traces),
    scope,
  };
}

interface Look {
  event: DeliveryEvent;
  judgement: Judgement;
  asked: Asked | null;
  scope: Scope;
  unasked: string;
}

const REASONS: Record<Asked["via"], string> = {
  mention: "asked for",
  whole_text: "the whole text says so",
  default: "a mention and nothing else",
  unknown_word: "a mention with a word that is no command",
};

function lookAt(command: Command, look: Look): { why_not: string | null; because: string } {
  const { event, judgement, asked } = look;
  const no = (why_not: string) => ({ why_not, because: "" });
  const is_asked = asked?.name === command.name;
  const is_triggered = command.trigger !== null && command.compiled.trigger(event.event_type);
  if (!command.enabled) return no("it is off");
  if (judgement.trust === "self") return no(judgement.why_not!);
  if (!is_asked && !is_triggered) return no(notMeant(command, look));
  // people write LGTM to each other all the time: with no approval to give, silence is the answer
  if (is_asked && asked.via === "whole_text") return no("no approval is waiting for this");
  const barred = barredBy(command, judgement, is_asked);
  if (barred) return no(barred);
  const unfit = command.compiled.whyNot(look.scope);
  if (unfit) return no(unfit);
  const because = is_asked ? REASONS[asked.via] : `starts on ${event.event_type}`;
  return { why_not: null, because };
}

function notMeant(command: Command, { event, asked, unasked }: Look): string {
  if (asked) return `the text asks for ${asked.name}`;
  return command.trigger ? `it starts on ${command.trigger}, not on ${event.event_type}` : unasked;
}

/** A stranger's word counts only where the operator said so; what no person did, by trigger only. */
function barredBy({ run_for }: Command, { trust, why_not }: Judgement, asked: boolean) {
  if (trust === "system") return asked ? "no person asks" : null;
  if (trust === "untrusted" && run_for === "anyone") return null;
  return why_not;
}

function askedOf(event: DeliveryEvent, door: Door): Asked | null {
  return readCommand(event.text, {
    mentions: mentionsOf(door),
    vocabulary: door.vocabulary,
    addressed: event.addressed,
    default_command: door.default_command,
    unknown_command: "help",
    hide: door.provider.hide,
  });
}

/** How we are addressed at a door: by its prefix, and by our name there once we know it. */
export function mentionsOf(
  { provider, command_prefix, own_name }: Pick<Door, "provider" | "command_prefix" | "own_name">,
): string[] {
  const name = own_name();
  const own = name === null ? [] : provider.mentions(name);
  const others = own.filter((one) => one.toLowerCase() !== command_prefix.toLowerCase());
  return [command_prefix, ...others];
}

/** What conditions and templates see. */
export function scopeFor(
  event: DeliveryEvent,
  payload: unknown,
  args: string,
  { provider, own_name }: Pick<Door, "provider" | "own_name">,
): Scope {
  const scope = scopeOf(provider.name, event, payload, args);
  return { ...scope, delivery: { ...scope.delivery, own_name: own_name() } };
}

const unaskedReason = (event: DeliveryEvent, { command_prefix }: Door): string =>
  event.text === null
    ? event.no_text_reason ?? "no text"
    : `the text asks for nothing (${command_prefix} …)`;

/** One line for the list: why the command that was meant does not run, or that none was. */
function overall({ asked, judgement, unasked }: Look, traces: CommandTrace[]): string {
  if (judgement.trust === "self") return judgement.why_not!;
  const meant = asked && traces.find(({ name }) => name === asked.name);
  if (meant) return `${meant.name}: ${meant.reason}`;
  const near = traces.find(({ reason }) =>
    reason !== unasked && !reason.startsWith("it starts on ") && reason !== "it is off"
  );
  return near ? `${near.name}: ${near.reason}` : unasked;
}
