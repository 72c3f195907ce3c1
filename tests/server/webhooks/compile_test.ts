import assert from "node:assert/strict";
import { inWords } from "@/db/deliveries/traces.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { github } from "@/server/providers/github.ts";
import { compileCommand } from "@/server/webhooks/compile.ts";
import { type Scope, scopeOf } from "@/server/webhooks/matching/scope.ts";

const EVENT: DeliveryEvent = {
  event_type: "issues.opened",
  provider_delivery_id: "d1",
  dedupe_id: "d1",
  text_key: null,
  event_key: null,
  instance: "github.com",
  container: { id: "1", name: "octo/tea" },
  object: {
    id: "7",
    kind: "issue",
    title: "Tea is cold",
    url: "https://github.com/octo/tea/issues/7",
  },
  external_id: "octo/tea#7",
  actor: { id: "9", name: "octocat", association: "OWNER", is_bot: false },
  text: "@agent plan it",
  no_text_reason: null,
  addressed: false,
  text_url: null,
  context: null,
  via_app_id: null,
  signs: null,
  reply_target: { token_of: "nobody's business" },
  is_fork: null,
};
const WEBHOOK = { provider: github, own_name: () => "our-bot" };
const SPEC = { trigger: null, conditions: {}, expression: null, template: null };

Deno.test("a scope has our words for a delivery, and the payload itself", () => {
  const payload = { issue: { number: 7 } };
  const scope = scopeOf(EVENT, payload, "it", WEBHOOK);
  assert.equal(scope.payload, payload);
  assert.deepEqual(scope.delivery, {
    event_type: "issues.opened",
    provider: "github",
    text: "@agent plan it",
    title: "Tea is cold",
    url: "https://github.com/octo/tea/issues/7",
    external_id: "octo/tea#7",
    actor: "octocat",
    actor_id: "9",
    repository: "octo/tea",
    container: "octo/tea",
    instance: "github.com",
    args: "it",
    own_name: "our-bot",
  });
});

Deno.test("a command is made ready as a whole", () => {
  const compiled = compileCommand({
    trigger: "issues.*",
    conditions: { "issue.labels.name": "bug" },
    expression: "payload.issue.number > 3 && delivery.actor == 'octocat'",
    template: "{{ issue.number }} in {{ delivery.repository }}: {{ args }}{{ issue.nope }}",
  });
  const scope = (number: number, label: string): Scope =>
    scopeOf(EVENT, { issue: { number, labels: [{ name: label }] } }, "it", WEBHOOK);
  assert.equal(compiled.trigger("issues.opened"), true);
  assert.equal(compiled.trigger("push"), false);
  assert.equal(compiled.whyNot(scope(7, "bug")), null);
  const words = (scope: Scope) => inWords(compiled.whyNot(scope)!, () => '"docs"');
  assert.equal(words(scope(7, "docs")), 'issue.labels.name does not equal "bug", found "docs"');
  assert.equal(words(scope(2, "bug")), "the expression is false");
  assert.deepEqual(compiled.render!(scope(7, "bug"), { wrap: (value) => `[${value}]` }), {
    text: "[7] in [octo/tea]: [it]",
    unknown_paths: ["issue.nope"],
  });
});

Deno.test("a command without conditions holds for everything, and renders nothing", () => {
  const compiled = compileCommand(SPEC);
  assert.equal(compiled.trigger("issues.opened"), false);
  assert.equal(compiled.whyNot({ payload: null, delivery: {}, args: "" }), null);
  assert.equal(compiled.render, null);
});

Deno.test("what went wrong in storage does not throw", () => {
  const compiled = compileCommand({ ...SPEC, trigger: "**", expression: "1 +", template: "{{ a" });
  const scope = { payload: {}, delivery: {}, args: "" };
  assert.equal(compiled.trigger("x"), false);
  assert.match(inWords(compiled.whyNot(scope)!, () => ""), /cannot be used/);
  assert.match(compiled.render!(scope).text, /cannot be used/);
});

Deno.test("a large payload is looked at where it is named, and nowhere else", () => {
  const looked = new Set<string>();
  const rest = new Proxy({ title: "Tea", huge: "" }, {
    get: (target, name) => (looked.add(String(name)), Reflect.get(target, name)),
    ownKeys: () => assert.fail("all fields were read"),
  });
  const compiled = compileCommand({
    ...SPEC,
    conditions: { "issue.title": "Tea" },
    expression: "payload.issue.title.startsWith('T')",
    template: "{{ issue.title }}",
  });
  const scope = { payload: { issue: rest, other: [rest] }, delivery: {}, args: "" };
  assert.equal(compiled.whyNot(scope), null);
  assert.equal(compiled.render!(scope).text, "Tea");
  assert.deepEqual([...looked], ["title"]);
});
