import { slack } from "@/server/providers/slack.ts";
import { readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { eventOf } from "@/tests/server/providers/slack_payloads.ts";

export const SLACK_MENTION = "<@U0AGENT>";
const vocabulary = createVocabulary(
  ["analyze", "plan", "fix", "review"].map((name) => ({
    name,
    aliases: [],
    line_start_only: false,
    whole_texts: [],
  })),
);

/** The command that a message asks for. */
export function asks(text: string) {
  const event = eventOf({ text });
  return readCommand(event.text, {
    mentions: ["@agent", ...slack.mentions("U0AGENT")],
    vocabulary,
    addressed: event.addressed,
    default_command: null,
    unknown_command: null,
    hide: slack.hide,
  })?.name ?? null;
}
