/** A delivery → which commands it starts, and for each of the others why not. */
import { inWords, type KnownReason, type Verdict as VerdictOf } from "@/db/deliveries/traces.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/command.ts";
import { foundAt } from "@/server/webhooks/conditions/look_up.ts";
import { type Asked, readCommand } from "@/server/webhooks/matching/read_command.ts";
import { readFresh } from "@/server/webhooks/matching/read_fresh.ts";
import { type Scope, scopeOf } from "@/server/webhooks/matching/scope.ts";
import type { Judgement } from "@/server/webhooks/matching/trust.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

export type Verdict = VerdictOf<Command>;

export interface Match {
  /** the commands to run, in their order */
  matched: { command: Command; args: string }[];
  asked: Asked | null;
  verdicts: Verdict[];
  reason: string | null;
  scope: Scope;
  /** they asked for a new conversation */
  begins_conversation: boolean;
}

export function matchCommands(
  event: DeliveryEvent,
  payload: unknown,
  judgement: Judgement,
  webhook: Webhook,
): Match {
  // our own posts quote commands and list them: they are not even read
  const asked = judgement.trust === "self" ? null : askedIn(event, webhook);
  const { args, begins_conversation } = readFresh(asked?.args ?? "");
  const scope = scopeOf(event, payload, args, webhook);
  const not_meant = asked ? `the text asks for ${asked.name}` : whyNothingAsked(event, webhook);
  const context: Context = { event, judgement, asked, scope, not_meant };
  const verdicts = webhook.commands.map((command) => verdictOn(command, context));
  const matched = verdicts.filter((verdict) => verdict.matched)
    .map(({ command }) => ({ command, args: scope.args }));
  const reason = matched.length > 0 ? null : overallReason(context, verdicts);
  return { matched, asked, verdicts, reason, scope, begins_conversation };
}

interface Context {
  event: DeliveryEvent;
  judgement: Judgement;
  asked: Asked | null;
  scope: Scope;
  /** why a command does not run that the text does not ask for */
  not_meant: string;
}

export const IT_IS_OFF: KnownReason = { text: "it is off" };

const WHY_ASKED: Record<Asked["via"], string> = {
  mention: "asked for",
  whole_text: "the whole text says so",
  default: "a mention and nothing else",
  unknown_word: "a mention with a word that is no command",
};

function verdictOn(command: Command, context: Context): Verdict {
  const { event, judgement, asked } = context;
  const no = (reason: KnownReason | string) => ({ command, matched: false, reason });
  if (!command.enabled) return no(IT_IS_OFF);
  if (judgement.trust === "self") return no(judgement.why_not!);
  const is_asked = asked?.name === command.name;
  const is_triggered = command.trigger !== null && command.compiled.trigger(event.event_type);
  if (!is_asked && !is_triggered) return no(command.starts_on ?? context.not_meant);
  // a stored one in its place decides nothing
  if (is_asked && asked.via === "whole_text" && command.decides === null) {
    return no("no approval is waiting for this");
  }
  const why_not = whyNotBy(command, judgement, is_asked) ?? whyNoDecision(command, judgement) ??
    command.compiled.whyNot(context.scope);
  if (why_not) return no(why_not);
  const reason = is_asked ? WHY_ASKED[asked.via] : `starts on ${event.event_type}`;
  return { command, matched: true, reason };
}

/** Strangers start what is open to anyone; what no person did starts commands by trigger alone. */
function whyNotBy({ run_for }: Command, { trust, why_not }: Judgement, asked: boolean) {
  if (trust === "system") return asked ? "no person asks" : null;
  if (trust === "untrusted" && run_for === "anyone") return null;
  return why_not;
}

const whyNoDecision = ({ decides }: Command, { why_no_decision }: Judgement): string | null =>
  decides === null ? null : why_no_decision;

function askedIn(event: DeliveryEvent, webhook: Webhook): Asked | null {
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

const whyNothingAsked = (event: DeliveryEvent, { command_prefix }: Webhook): string =>
  event.text === null
    ? event.no_text_reason ?? "no text"
    : `the text asks for nothing (${command_prefix} …)`;

/** One line for the list: why the command that was meant does not run, or that none was. */
function overallReason({ asked, judgement, not_meant, scope }: Context, verdicts: Verdict[]) {
  if (judgement.trust === "self") return judgement.why_not!;
  const meant = verdicts.find(({ command }) => command.name === asked?.name) ??
    verdicts.find(({ command: { starts_on }, reason }) =>
      reason !== not_meant && reason !== starts_on && reason !== IT_IS_OFF
    );
  if (!meant) return not_meant;
  return `${meant.command.name}: ${inWords(meant.reason, (path) => foundAt(scope, path))}`;
}
