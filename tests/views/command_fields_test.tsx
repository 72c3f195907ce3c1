import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import {
  COMMAND_DEFAULTS,
  COMMAND_FIELD_NAMES,
  type CommandField,
  type CommandSpec,
  fieldOf,
} from "@/db/nouns/command.ts";
import { ACTIONS } from "@/db/nouns/command_fields.ts";
import { slack } from "@/server/providers/slack.ts";
import { webhookOf } from "@/tests/helpers/webhooks.ts";
import { commandView } from "@/server/verbs/commands/view.ts";
import { CommandFacts } from "@/views/pages/command/facts.tsx";
import { CommandForm } from "@/views/pages/command/form.tsx";
import { newDraft } from "@/views/pages/command/draft.ts";
import { TYPED } from "@/views/pages/command/typed.ts";
import type { WebhookView } from "@/views/webhooks.ts";

Deno.test("every field of a command has a widget in its form, shown for the actions that use it", () => {
  const webhook = {
    webhook_id: "w",
    actions: [...ACTIONS],
    event_types: ["push"],
  } as unknown as WebhookView;
  const form = renderToString(
    <CommandForm
      webhook={{ ...webhook, command_prefix: "@agent" }}
      command_id={null}
      draft={newDraft(webhook)}
      problems={[]}
      agents={[]}
      hints={null}
      now={new Date()}
    />,
  );
  for (const name of COMMAND_FIELD_NAMES) {
    assert.match(form, new RegExp(`<(input|select|textarea)[^>]* name="${name}"`), name);
    assert.ok(form.includes(`<label for="${name}">${fieldOf(name).label}</label>`), name);
  }
});

Deno.test("whatever is set of a command can be read on its page", () => {
  const set: Partial<CommandSpec> = {
    description: "Ship it",
    aliases: ["ship"],
    trigger: "message.*",
    conditions: { "a.b": "c" },
    expression: "true",
    template: "Ship it",
    reaction: "eyes",
    labels: ["l"],
    choices: ["yes"],
    forward_url: "https://example.org/",
    target_agent: "planning",
    model: "opus",
    requires_approval: true,
    requires_repository: true,
  };
  const [command] = webhookOf(slack, {
    commands: [{ ...COMMAND_DEFAULTS, ...set, name: "deploy" }],
  })
    .commands.filter(({ name }) => name === "deploy");
  const facts = renderToString(<CommandFacts command={commandView(command, new Map())} />);
  const is_set = (name: CommandField) => TYPED[fieldOf(name).typed].show(command[name]) !== "";
  // the name and whether it is on are in the page's head
  const others = COMMAND_FIELD_NAMES.filter((name) =>
    is_set(name) && !["name", "enabled", "max_per_hour"].includes(name)
  );
  for (const name of others) assert.ok(facts.includes(`<dt>${fieldOf(name).label}</dt>`), name);
});
