import assert from "node:assert/strict";
import type { WebhookChange } from "@/tests/helpers/webhooks.ts";
import { commentOf, type Payload } from "./samples.ts";
import { byOther, decided, trusting } from "./decide_scene.ts";

Deno.test("owners, members and collaborators may start work; others may not, and are told why in the trace", () => {
  for (const association of ["OWNER", "MEMBER", "COLLABORATOR"]) {
    assert.equal(decided(byOther(association)).tasks.length, 1, association);
  }
  const others = [
    "CONTRIBUTOR",
    "FIRST_TIMER",
    "FIRST_TIME_CONTRIBUTOR",
    "MANNEQUIN",
    "NONE",
    "owner",
    "",
  ];
  for (const association of others) {
    const { delivery, flow, tasks, replies } = decided(byOther(association));
    assert.equal(delivery.outcome, "ignored", association);
    assert.equal(delivery.actor.trust, "untrusted");
    assert.match(delivery.reason!, /^plan: Codertocat is .*GITHUB_TRUSTED_USERS/);
    assert.deepEqual([flow, tasks, replies], [null, [], []]);
  }
});

Deno.test("a list of trusted users replaces the associations: by name, by id, or everybody", () => {
  const may = (list: string[], change?: (p: Payload) => void) =>
    decided(byOther("NONE", change), trusting(...list)).tasks.length === 1;
  assert.equal(may(["codertocat"]), true);
  assert.equal(may(["21031067"]), true);
  assert.equal(may(["*"]), true);
  assert.equal(may(["somebody"]), false);
  assert.equal(may([]), false);
  // somebody could take another's id for a name
  assert.equal(may(["555"], (p) => p.comment.user.login = p.sender.login = "555"), false);
  assert.equal(decided(byOther("OWNER"), trusting("somebody")).tasks.length, 0);
});

Deno.test("a deleted account is not trusted, whatever its association", () => {
  const { delivery } = decided(byOther("OWNER", (p) => p.comment.user = null), trusting("*"));
  assert.equal(delivery.outcome, "ignored");
  assert.match(delivery.reason!, /a deleted account/);
});

Deno.test("what our app or the account of our bot posts is our own; a person's account tells nothing", () => {
  const own: [Payload, WebhookChange][] = [
    [commentOf("@agent plan", (p) => p.comment.user.type = "Bot"), { own_name: "codertocat" }],
    [commentOf("@agent plan", (p) => p.comment.performed_via_github_app = { id: 42 }), {
      settings: { app_id: "42" },
    }],
  ];
  for (const [payload, webhook] of own) {
    const { delivery, tasks, replies } = decided(payload, {
      ...webhook,
      settings: { trusted_users: ["*"], ...webhook.settings },
    });
    assert.equal(delivery.actor.trust, "self");
    assert.equal(delivery.outcome, "ignored");
    assert.match(delivery.reason!, /our own/);
    assert.deepEqual([tasks, replies], [[], []]);
  }
  const by_other_app = commentOf("@agent plan", (p) => {
    p.comment.performed_via_github_app = { id: 43 };
  });
  assert.equal(decided(by_other_app, { settings: { app_id: "42" } }).tasks.length, 1);
  assert.equal(decided(commentOf("@agent plan"), { own_name: "codertocat" }).tasks.length, 1);
});

Deno.test("bots start nothing", () => {
  const by_type = commentOf("@agent plan", (p) => p.comment.user.type = "Bot");
  const by_name = commentOf("@agent plan", (p) => p.comment.user.login = "dependabot[bot]");
  for (const payload of [by_type, by_name]) {
    const { delivery, tasks } = decided(payload, trusting("*"));
    assert.equal(delivery.actor.trust, "bot");
    assert.equal(tasks.length, 0);
  }
});
