import assert from "node:assert/strict";
import { compileTrigger, triggerProblem } from "@/server/webhooks/matching/trigger.ts";

Deno.test("a trigger names event types, several with commas", () => {
  const fits = compileTrigger("issues.opened, issue_comment.* ,jira:issue_updated,push");
  const wanted: Record<string, boolean> = {
    "issues.opened": true,
    "issues.closed": false,
    "issue_comment.created": true,
    "issue_comment.created.again": true,
    "issue_comment": false,
    "issue_comment.": false,
    "issue_comments.created": false,
    "jira:issue_updated": true,
    "push": true,
    "push.forced": false,
    "Push": false,
    "": false,
  };
  for (const [event_type, fit] of Object.entries(wanted)) {
    assert.equal(fits(event_type), fit, event_type);
  }
});

Deno.test("a star alone fits every event, no trigger fits none", () => {
  assert.equal(compileTrigger("*")("anything.at.all"), true);
  assert.equal(compileTrigger("*")(""), false);
  assert.equal(compileTrigger(null)("issues.opened"), false);
});

Deno.test("a trigger that is wrong is refused with what is wrong, and fits nothing", () => {
  const wrong: [trigger: string, says: RegExp][] = [
    ["", /empty pattern/],
    ["issues.opened,", /empty pattern/],
    ["issues..opened", /empty part/],
    ["issues.", /empty part/],
    ["issue*", /whole part/],
    ["issues.**", /whole part/],
    ["*.opened", /only come last/],
    ["a.*.b", /only come last/],
    ["issues.opened push", /parted by commas/],
    ["x".repeat(101), /longer than 100/],
    [Array(21).fill("push").join(","), /21 patterns, at most 20/],
    ["(a+)+.*x", /whole part/],
  ];
  for (const [trigger, says] of wrong) assert.match(triggerProblem(trigger) ?? "fine", says);
  assert.equal(compileTrigger("issue*")("issue*"), false);
  for (const fine of ["*", "push", "a.b.c.*", "jira:issue_updated", "Merge_Request-Hook/x"]) {
    assert.equal(triggerProblem(fine), null);
  }
});

Deno.test("an event type of a million characters is one comparison per pattern", () => {
  const fits = compileTrigger(Array(20).fill("a.a.a.a.a.a.a.a.a.*").join(","));
  assert.equal(fits("a.".repeat(500_000)), true);
  assert.equal(fits("b.".repeat(500_000)), false);
});
