import assert from "node:assert/strict";
import { comment, event, reasonOf } from "@/tests/server/providers/sentry_payloads.ts";

Deno.test("an empty body is read as an event about nothing", () => {
  const read = event("issue", new Uint8Array());
  assert.deepEqual([read.object, read.text, read.container], [null, null, null]);
  assert.equal(read.no_text_reason, "the body is empty");
});

Deno.test("what cannot be read says why, and never throws", () => {
  assert.match(reasonOf(null, comment()), /Sentry-Hook-Resource is missing/);
  assert.match(reasonOf("comment, comment", comment()), /Sentry-Hook-Resource/);
  assert.match(reasonOf("comment", Uint8Array.of(0xff)), /not UTF-8/);
  assert.match(reasonOf("comment", "{"), /not JSON/);
  assert.match(reasonOf("comment", "null"), /^comment: the body/);
  assert.match(reasonOf("comment", {}), /^comment: action/);
  assert.match(reasonOf("comment", comment({ issue_id: "1/../2" })), /^comment: data\.issue_id/);
});
