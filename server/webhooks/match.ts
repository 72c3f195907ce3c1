/** A delivery → which commands it starts, and for each of the others why not. Pure. */
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import type { Command } from "@/server/webhooks/builtin.ts";
import { type Asked, readCommand } from "@/server/webhooks/commands.ts";
import { hideMarkdown } from "@/server/webhooks/text.ts";
import type { Judgement } from "@/server/webhooks/trust.ts";

export interface CommandTrace {
  name: string;
  matched: boolean;
  reason: string;
}

export interface Match {
  /** the command to run, or null */
  command: Command | null;
  args: string;
  traces: CommandTrace[];
  /** why nothing is done; null when something is */
  reason: string | null;
}

/** Matches the text that this event created against the commands of a door. */
export function match(
  event: DeliveryEvent,
  judgement: Judgement,
  commands: Command[],
  mentions: string[],
): Match {
  if (event.text === null) return nothing(commands, event.no_text_reason ?? "no text");
  // our own posts quote commands and list them; they are not even read
  if (judgement.trust === "self") return nothing(commands, judgement.why_not!);
  const asked = readCommand(event.text, {
    mentions,
    askables: commands,
    default_command: "help",
    unknown_command: "help",
    hide: hideMarkdown,
  });
  const command = commands.find(({ name }) => name === asked?.name);
  if (!asked || !command) return nothing(commands, `the text asks for nothing (${mentions[0]} …)`);
  if (judgement.why_not) return refused(commands, asked, judgement.why_not);
  const traces = commands.map((other) => trace(other, asked, true, REASONS[asked.via]));
  // people write LGTM to each other all the time: with no approval to give, silence is the answer
  const silent = asked.via === "whole_text" ? "no approval is waiting for this" : null;
  return { command: silent ? null : command, args: asked.args, traces, reason: silent };
}

const REASONS: Record<Asked["via"], string> = {
  mention: "asked for",
  whole_text: "the whole text says so; no approval is waiting for it",
  default: "a mention and nothing else",
  unknown_word: "a mention with a word that is no command",
};

function nothing(commands: Command[], reason: string): Match {
  const traces = commands.map(({ name }) => ({ name, matched: false, reason }));
  return { command: null, args: "", traces, reason };
}

function refused(commands: Command[], asked: Asked, why_not: string): Match {
  const traces = commands.map((other) => trace(other, asked, false, why_not));
  return { command: null, args: "", traces, reason: `${asked.name}: ${why_not}` };
}

function trace({ name }: Command, asked: Asked, matched: boolean, reason: string): CommandTrace {
  if (name === asked.name) return { name, matched, reason };
  return { name, matched: false, reason: `the text asks for ${asked.name}` };
}
