import assert from "node:assert/strict";
import { alert, event, issue } from "@/tests/server/providers/sentry_payloads.ts";

Deno.test("a task that nobody wrote has the error to read, innermost call first", () => {
  const { title, body } = event("event_alert", alert()).context!;
  assert.equal(title, "TypeError: boom");
  assert.match(body, /Alert rule: Checkout is broken\n/);
  assert.match(
    body,
    /TypeError: boom\n {2}at \? \(checkout.ts:88\)\n {2}at handle \(server.ts:41\)$/,
  );
  assert.match(event("issue", issue()).context!.body, /Culprit: POST \/checkout\nLevel: error/);
});

Deno.test("a long stack is cut, and odd fields take only themselves away", () => {
  const frames = Array.from({ length: 5000 }, (_, lineno) => ({ filename: "a.ts", lineno }));
  const values = [{ type: "E", value: "x".repeat(10_000), stacktrace: { frames } }];
  const { body } = event("event_alert", alert({ exception: { values } })).context!;
  assert.ok(body.length < 10_000);
  assert.match(body, /a.ts:4999/);
  const odd = alert({ exception: "none", culprit: 7, metadata: ["x"], title: null });
  assert.equal(event("event_alert", odd).external_id, "tea-shop#100");
});
