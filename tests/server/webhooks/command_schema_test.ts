import assert from "node:assert/strict";
import type { Provider } from "@/server/providers/provider.ts";
import { COMMAND_DEFAULTS } from "@/db/nouns/command.ts";
import { checkCommand } from "@/server/webhooks/command_schema.ts";

type Named = Pick<Provider, "name" | "title" | "abilities">;
const github: Named = {
  name: "github",
  title: "GitHub",
  abilities: ["comment", "reaction", "label"],
};
const jira: Named = { name: "jira", title: "Jira", abilities: ["comment"] };
const slack: Named = {
  name: "slack",
  title: "Slack",
  abilities: ["comment", "reaction", "whisper", "answer", "buttons"],
};

/** `path: message` of each error. */
function errors(input: unknown, provider = github): string[] {
  const checked = checkCommand(provider, input);
  return checked.ok ? [] : checked.errors.map(({ path, message }) => `${path}: ${message}`);
}

function refuses(input: unknown, says: RegExp, provider = github) {
  const found = errors(input, provider);
  assert.equal(found.length, 1, JSON.stringify([input, found]));
  assert.match(found[0], says);
}

Deno.test("a name is enough for a command that starts a task", () => {
  assert.deepEqual(checkCommand(github, { name: "deploy" }), {
    ok: true,
    spec: { name: "deploy", ...COMMAND_DEFAULTS },
  });
});

Deno.test("each action with what it needs", () => {
  const fine: [provider: Named, command: Record<string, unknown>][] = [
    [github, {
      name: "triage",
      aliases: ["sort-it"],
      trigger: "issues.opened, issue_comment.*",
      conditions: { "issue.labels.name": { in: ["bug"] }, "delivery.actor": { not: "dependabot" } },
      expression: "payload.issue.number > 3",
      template: "Look at {{ issue.title | code }}",
      reaction: "eyes",
      target_agent: "planning",
      model: "sonnet",
      tool_profile: "full",
      requires_approval: true,
      max_per_hour: 5,
    }],
    [jira, { name: "hello", action: "comment", template: "Hello {{ delivery.actor }}" }],
    [github, { name: "like", action: "github_reaction", reaction: "+1" }],
    [github, { name: "tag", action: "github_label", labels: ["triage", "needs: info"] }],
    [slack, { name: "which", action: "ask", template: "Which?", choices: ["a", "b"] }],
    [slack, { name: "hm", action: "respond", template: "On it", run_for: "anyone" }],
    [jira, { name: "send", action: "forward", forward_url: "https://example.org/in" }],
  ];
  for (const [provider, command] of fine) assert.deepEqual(errors(command, provider), []);
});

Deno.test("what a provider cannot do is refused by name", () => {
  refuses(
    { name: "tag", action: "github_label", labels: ["x"] },
    /^action: Jira has no labels here, so `github_label` cannot be used; there are create_task, comment, ask, forward$/,
    jira,
  );
  refuses(
    { name: "x", action: "github_reaction", reaction: "eyes" },
    /^action: Jira has no reactions/,
    jira,
  );
  refuses(
    { name: "x", action: "respond", template: "x" },
    /^action: GitHub has no answers that only/,
  );
  refuses({ name: "x", reaction: "eyes" }, /^reaction: Jira has no reactions here/, jira);
  const mute = { name: "custom", title: "Custom", abilities: [] };
  refuses({ name: "x", action: "comment", template: "x" }, /^action: Custom has no comments/, mute);
  refuses(
    { name: "x", action: "ask", template: "x" },
    /^action: Custom has no comments to ask/,
    mute,
  );
});

Deno.test("fields that are unknown, missing or of another action are named", () => {
  refuses({ name: "x", prompt: "y" }, /^prompt: is not a field of a command$/);
  refuses({}, /^name: /);
  refuses(null, /^: /);
  refuses({ name: "x", labels: ["a"] }, /^labels: belongs to github_label, not to `create_task`$/);
  refuses(
    { name: "x", action: "comment", template: "y", model: "opus" },
    /^model: belongs to create_task/,
  );
  refuses({ name: "x", action: "comment" }, /^template: `comment` needs a text/);
  refuses({ name: "x", action: "ask", template: "  " }, /^template: `ask` needs a text/);
  refuses({ name: "x", action: "github_label" }, /^labels: at least one/);
  refuses({ name: "x", action: "github_reaction" }, /^reaction: a reaction is needed/);
  refuses({ name: "x", action: "github_reaction", reaction: "tada" }, /^reaction: /);
  refuses({ name: "x", action: "forward" }, /^forward_url: an address is needed/);
  refuses({ name: "x", action: "dance" }, /^action: /);
});

Deno.test("names, aliases and the other fields keep to their form", () => {
  for (const name of ["", "two words", "9lives", "-x", "é", "x".repeat(65), "a\nb"]) {
    refuses({ name }, /^name: is a word/);
  }
  refuses({ name: "Plan", aliases: ["go", "pLAN"] }, /^aliases\.1: "pLAN" is there twice$/);
  refuses({ name: "x", aliases: ["go", "Go"] }, /^aliases\.1: "Go" is there twice$/);
  refuses({ name: "x", aliases: Array.from({ length: 21 }, (_, n) => `a${n}`) }, /^aliases: /);
  refuses({ name: "x", description: "x".repeat(301) }, /^description: /);
  refuses({ name: "x", model: "a b" }, /^model: is not the name of a model/);
  refuses({ name: "x", target_agent: "../etc" }, /^target_agent: is not the name of an agent/);
  refuses({ name: "x", priority: 1.5 }, /^priority: /);
  refuses({ name: "x", max_per_hour: 0 }, /^max_per_hour: /);
  refuses({ name: "x", action: "github_label", labels: ["x".repeat(51)] }, /^labels\.0: /);
});

Deno.test("more than reading needs an approval", () => {
  for (const tool_profile of ["edit", "full"]) {
    refuses(
      { name: "x", tool_profile },
      /^tool_profile: `(edit|full)` is for text from outside only with/,
    );
  }
  // the task that an answer starts is not asked for again, so a question cannot lead to more
  refuses(
    { name: "x", action: "ask", template: "y", tool_profile: "full" },
    /^tool_profile: belongs to create_task, not to `ask`$/,
  );
});

Deno.test("steps are words in their order, and nothing is changed that nobody approved", () => {
  const fine = [
    [],
    ["brain", "planning"],
    ["planning", "approval", "executor"],
    ["brain", "planning", "approval", "executor", "verifier", "self-improvement"],
  ];
  for (const steps of fine) assert.deepEqual(errors({ name: "x", steps }), [], steps.join());
  assert.deepEqual(
    errors({ name: "x", steps: fine[2], tool_profile: "full", repository: "github:o/n@b" }),
    [],
  );
  refuses({ name: "x", steps: ["executor"] }, /^steps: an executor needs an approval before it$/);
  refuses({ name: "x", steps: ["approval", "executor"] }, /^steps: an approval needs a planning/);
  refuses({ name: "x", steps: ["planning", "brain"] }, /^steps: steps come once each, in this/);
  refuses({ name: "x", steps: ["deploy"] }, /^steps\.0: /);
  refuses({ name: "x", steps: ["planning"], requires_approval: true }, /^steps: have no `approval/);
  refuses({ name: "x", steps: ["planning"], tool_profile: "full" }, /^tool_profile: /);
  refuses(
    { name: "x", action: "comment", template: "x", steps: ["planning"] },
    /^steps: belongs to create_task, not to `comment`$/,
  );
});

Deno.test("a command's repository is at a service that we can clone from", () => {
  refuses({ name: "x", repository: "octo/hello" }, /^repository: does not say where/);
  refuses(
    { name: "x", repository: "jira:octo/hello" },
    /^repository: there are no repositories at/,
  );
  refuses({ name: "x", repository: "github:octo/hello@--x" }, /^repository: names a branch/);
});

Deno.test("what is wrong inside a text is shown with its place", () => {
  refuses({ name: "x", trigger: "issue*" }, /^trigger: "issue\*": `\*` stands for a whole part/);
  refuses(
    { name: "x", conditions: { "label.name": { in: "bug" } } },
    /^conditions\.label\.name\.in: is a list/,
  );
  refuses({ name: "x", conditions: [] }, /^conditions: is an object/);
  refuses(JSON.parse('{"name":"x","conditions":{"__proto__":"y"}}'), /^conditions\.__proto__: /);
  refuses(
    { name: "x", expression: "payload.x ==\n  3 = 4" },
    /^expression: line 2, column 5: found =/,
  );
  refuses({ name: "x", expression: "" }, /^expression: it is empty$/);
  refuses(
    { name: "x", template: "\n {{ a | shout }}" },
    /^template: line 2, column 2: there is no filter shout/,
  );
  refuses({ name: "x", template: "x".repeat(20_001) }, /^template: /);
});

Deno.test("everything that is wrong is said at once", () => {
  const found = errors({
    name: "x",
    trigger: "",
    expression: "1 +",
    template: "{{",
    labels: ["a"],
  });
  assert.deepEqual(found.map((error) => error.split(":")[0]), [
    "trigger",
    "expression",
    "template",
    "labels",
  ]);
  const unread = errors({ name: "", nope: 1, conditions: { a: {} } });
  assert.deepEqual(unread.map((error) => error.split(":")[0]), ["name", "nope", "conditions.a"]);
});

Deno.test("an address to forward to is checked", () => {
  const to = (forward_url: string) => ({ name: "x", action: "forward", forward_url });
  refuses(to("example.org"), /^forward_url: is not an address/);
  refuses(to("http://example.org"), /^forward_url: is not an https address/);
  const checked = checkCommand(github, to("https://10.0.0.1"), () => "is not public");
  assert.deepEqual(checked, {
    ok: false,
    errors: [{ path: "forward_url", message: "is not public" }],
  });
});
