import assert from "node:assert/strict";
import { comment, created, event, type Payload } from "@/tests/server/providers/jira_payloads.ts";

Deno.test("a display name is nobody's name: anyone may call themselves nora", () => {
  const stranger = { accountId: "5f00ff", displayName: "nora" };
  assert.equal(event(comment({ author: stranger })).actor.name, "5f00ff");
});

Deno.test("customers and apps are told apart from people", () => {
  const by = (accountType: string) =>
    event(comment({ author: { accountId: "x", accountType } })).actor;
  assert.equal(by("customer").association, "CUSTOMER");
  assert.equal(by("app").is_bot, true);
  assert.deepEqual([by("atlassian").association, by("atlassian").is_bot], [null, false]);
});

Deno.test("who is not named is unknown, never nobody: nobody is trusted with triggers", () => {
  const { user: _none, ...update } = created({ webhookEvent: "jira:issue_updated" });
  assert.notEqual(event(update).actor.name, null);
  const deleted = event({ ...comment(), webhookEvent: "comment_deleted" });
  assert.equal(deleted.actor.id, null);
  assert.notEqual(deleted.actor.name, null);
});

Deno.test("an answer is seen by no more people than what it answers", () => {
  const target = (payload: Payload) => event(payload).reply_target!;
  assert.equal(target(comment({ jsdPublic: false })).internal, false, "not a service project");
  const desk = comment({ jsdPublic: false });
  desk.issue.fields.project.projectTypeKey = "service_desk";
  assert.equal(target(desk).internal, true);
  desk.comment.jsdPublic = true;
  assert.equal(target(desk).internal, false);
  const ticket = created();
  ticket.issue.fields.project.projectTypeKey = "service_desk";
  assert.equal(target(ticket).internal, true);
  const restricted = target(comment({ visibility: { type: "role", value: "Developers" } }));
  assert.deepEqual([restricted.visibility_type, restricted.visibility_value], [
    "role",
    "Developers",
  ]);
});
