import assert from "node:assert/strict";
import { alert, APP, comment, event, issue } from "@/tests/server/providers/sentry_payloads.ts";

Deno.test("any app's comment is a bot's: Sentry gives all of them our name", () => {
  assert.equal(event("comment", comment({}, APP)).actor.is_bot, true);
});

Deno.test("an error has no person behind it; a member who resolves an issue has a name", () => {
  const nobody = { id: null, name: null, association: null, is_bot: false };
  assert.deepEqual(event("issue", issue()).actor, nobody);
  assert.deepEqual(event("event_alert", alert()).actor, nobody);
  const resolved = { ...issue(), action: "resolved", actor: { type: "user", id: 7, name: "nora" } };
  assert.equal(event("issue", resolved).actor.association, "MEMBER");
  // a comment is always somebody's
  assert.notEqual(event("comment", comment({}, null)).text, null);
  assert.equal(event("comment", comment({}, { type: "team", id: 1 })).actor.association, null);
});
