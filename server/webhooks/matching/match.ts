/** A delivery → which commands it starts, and for each of the others why not. Pure. */
import { inWords, type KnownReason, type Verdict as VerdictOf } from "@/db/deliveries/traces.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import { type Asked, readCommand } from "@/server/webhooks/matching/read_command.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { foundAt } from "@/server/webhooks/conditions/conditions.ts";
import { type Scope, scopeOf } from "@/server/webhooks/matching/scope.ts";
import type { Judgement } from "@/server/webhooks/matching/trust.ts";

export interface Matched {
  command: Command;
  args: string;
}

export type Verdict = VerdictOf<Command>;

export interface Match {
  /** the commands to run, in their order */
  matched: Matched[];
  /** by what the text asks for something; null when it does not */
  asked: Asked | null;
  verdicts: Verdict[];
  /** why nothing is done; null when something is */
  reason: string | null;
  scope: Scope;
}

/** Matches what came in against all commands of a webhook. */
export function match(
  event: DeliveryEvent,
  payload: unknown,
  judgement: Judgement,
  webhook: Webhook,
): Match {
  // our own posts quote commands and list them; they are not even read
  const asked = judgement.trust === "self" ? null : askedOf(event, webhook);
  const scope = scopeFor(event, payload, asked?.args ?? "", webhook);
  const unasked = asked ? `the text asks for ${asked.name}` : unaskedReason(event, webhook);
  const look: Look = { event, judgement, asked, scope, unasked };
  const verdicts = webhook.commands.map((command) => lookAt(command, look));
  const matched = verdicts.filter((verdict) => verdict.matched)
    .map(({ command }) => ({ command, args: scope.args }));
  const reason = matched.length > 0 ? null : overall(look, verdicts);
  return { matched, asked, verdicts, reason, scope };
}

interface Look {
  event: DeliveryEvent;
  judgement: Judgement;
  asked: Asked | null;
  scope: Scope;
  /** why a command does not run that nobody means */
  unasked: string;
}

export const IT_IS_OFF: KnownReason = { text: "it is off" };

const REASONS: Record<Asked["via"], string> = {
  mention: "asked for",
  whole_text: "the whole text says so",
  default: "a mention and nothing else",
  unknown_word: "a mention with a word that is no command",
};

function lookAt(command: Command, look: Look): Verdict {
  const { event, judgement, asked } = look;
  const no = (reason: KnownReason | string) => ({ command, matched: false, reason });
  if (!command.enabled) return no(IT_IS_OFF);
  if (judgement.trust === "self") return no(judgement.why_not!);
  const is_asked = asked?.name === command.name;
  const is_triggered = command.trigger !== null && command.compiled.trigger(event.event_type);
  if (!is_asked && !is_triggered) return no(command.starts_on ?? look.unasked);
  // people write LGTM to each other all the time: with no approval to give, silence is the answer
  if (is_asked && asked.via === "whole_text") return no("no approval is waiting for this");
  const barred = barredBy(command, judgement, is_asked);
  if (barred) return no(barred);
  const unfit = command.compiled.whyNot(look.scope);
  if (unfit) return no(unfit);
  const reason = is_asked ? REASONS[asked.via] : `starts on ${event.event_type}`;
  return { command, matched: true, reason };
}

/** A stranger's word counts only where the operator said so; what no person did, by trigger only. */
function barredBy({ run_for }: Command, { trust, why_not }: Judgement, asked: boolean) {
  if (trust === "system") return asked ? "no person asks" : null;
  if (trust === "untrusted" && run_for === "anyone") return null;
  return why_not;
}

function askedOf(event: DeliveryEvent, webhook: Webhook): Asked | null {
  return readCommand(event.text, {
    mentions: mentionsOf(webhook),
    vocabulary: webhook.vocabulary,
    addressed: event.addressed,
    default_command: webhook.default_command,
    unknown_command: "help",
    hide: webhook.provider.hide,
  });
}

/** How we are addressed at a webhook: by its prefix, and by our name there once we know it. */
export function mentionsOf(
  { provider, command_prefix, own_name }: Pick<Webhook, "provider" | "command_prefix" | "own_name">,
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
  { provider, own_name }: Pick<Webhook, "provider" | "own_name">,
): Scope {
  const scope = scopeOf(provider.name, event, payload, args);
  return { ...scope, delivery: { ...scope.delivery, own_name: own_name() } };
}

const unaskedReason = (event: DeliveryEvent, { command_prefix }: Webhook): string =>
  event.text === null
    ? event.no_text_reason ?? "no text"
    : `the text asks for nothing (${command_prefix} …)`;

/** One line for the list: why the command that was meant does not run, or that none was. */
function overall({ asked, judgement, unasked, scope }: Look, verdicts: Verdict[]): string {
  if (judgement.trust === "self") return judgement.why_not!;
  const meant = verdicts.find(({ command }) => command.name === asked?.name) ??
    verdicts.find(({ command: { starts_on }, reason }) =>
      reason !== unasked && reason !== starts_on && reason !== IT_IS_OFF
    );
  if (!meant) return unasked;
  const words = inWords(meant.reason, (path) => foundAt(scope, path));
  return `${meant.command.name}: ${words}`;
}
