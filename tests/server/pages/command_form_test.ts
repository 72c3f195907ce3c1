import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { commandInput } from "@/server/pages/command_form.ts";
import { COMMAND_DEFAULTS } from "@/db/nouns/command.ts";
import { checkCommand } from "@/server/webhooks/command_schema.ts";
import { webhookOf } from "@/tests/helpers/webhooks.ts";
import { commandView } from "@/server/verbs/commands/view.ts";
import { draftOf, newDraft } from "@/views/pages/command/draft.ts";

const fresh = () => newDraft({ actions: ["create_task", "github_reaction"] });

Deno.test("what a form shows of a command and sends back is the same command", () => {
  const named = (name: string) => ({ ...COMMAND_DEFAULTS, name });
  const specs = [
    {
      ...named("triage"),
      aliases: ["sort", "order"],
      trigger: "app_mention, message.*",
      conditions: { "event.text": { not: { contains: "x" } } },
      expression: "payload.event.text != ''",
      template: "two\nlines",
      reaction: "eyes",
      target_agent: "planning",
      model: "sonnet",
      requires_repository: true,
      max_per_hour: 7,
      priority: 5,
      run_for: "anyone" as const,
      enabled: false,
    },
    { ...named("q"), action: "ask" as const, template: "Which?", choices: ["a b", "c"] },
    { ...named("r"), action: "github_reaction" as const, reaction: "+1" },
    { ...named("f"), action: "forward" as const, forward_url: "https://example.org/x" },
  ];
  const webhook = webhookOf(slack, { commands: specs });
  for (const spec of specs) {
    const command = webhook.commands.find(({ name }) => name === spec.name)!;
    const made = commandInput(draftOf(commandView(command, new Map())));
    assert.ok(made.ok);
    const checked = checkCommand(slack, made.input);
    assert.deepEqual(checked, { ok: true, spec });
  }
});

Deno.test("fields that the action has no use for are not sent, whatever stands in them", () => {
  const draft = { ...fresh(), name: "x", action: "comment", template: "hello" };
  const made = commandInput({ ...draft, labels: "a\nb", target_agent: "brain", reaction: "eyes" });
  assert.ok(made.ok);
  const { labels, target_agent, reaction, template } = made.input;
  assert.deepEqual([labels, target_agent, reaction, template], [[], null, null, "hello"]);
});

Deno.test("a form that names no action stores nothing", () => {
  const made = commandInput({ ...fresh(), name: "x", action: "" });
  assert.ok(made.ok);
  const checked = checkCommand(slack, made.input);
  assert.ok(!checked.ok);
  assert.deepEqual(checked.errors.map(({ path }) => path), ["action"]);
});

Deno.test("what is no JSON and no number is told at its field, with the place", () => {
  const made = commandInput({
    ...fresh(),
    name: "x",
    conditions: `{"a": 1,\n "b" 2}`,
    priority: "high",
    max_per_hour: "1.5",
  });
  assert.ok(!made.ok);
  assert.deepEqual(made.problems.map(({ path }) => path).sort(), [
    "conditions",
    "max_per_hour",
    "priority",
  ]);
  const [{ message }] = made.problems.filter(({ path }) => path === "conditions");
  assert.match(message, /is not JSON: .*line 2 column 6/);
});

Deno.test("a reaction is offered only where the provider has reactions", () => {
  assert.equal(newDraft({ actions: ["create_task"] }).reaction, "");
  assert.equal(fresh().reaction, "eyes");
});
