import assert from "node:assert/strict";
import { sentry } from "@/server/providers/sentry.ts";
import {
  alert,
  comment,
  event,
  flowOf,
  issue,
  UUID,
} from "@/tests/server/providers/sentry_payloads.ts";

Deno.test("a comment is read: who, where, what, and where an answer goes", () => {
  const read = event("comment", comment(), { "request-id": "r1" });
  const { dedupe_id, ...rest } = read;
  assert.match(dedupe_id, /^sha256:[0-9a-f]{32}$/);
  assert.deepEqual(rest, {
    event_type: "comment.created",
    provider_delivery_id: "r1",
    text_key: "comment:1234",
    event_key: "comment.created:1234",
    instance: "sentry",
    container: { id: UUID, name: "tea-shop" },
    object: { id: "100", kind: "issue", title: "#100", url: null },
    external_id: "tea-shop#100",
    actor: { id: "7", name: "nora", association: "MEMBER", is_bot: false },
    text: "@agent analyze",
    no_text_reason: null,
    addressed: false,
    text_url: null,
    context: null,
    via_app_id: null,
    signs: { ids: ["1234"], marker: null, kind: "post" },
    reply_target: { issue_id: "100", organization: null },
    is_fork: null,
  });
});

Deno.test("numbers in comments and strings elsewhere name the same issue", () => {
  const flows = [
    event("comment", comment()),
    event("issue", issue()),
    event("event_alert", alert()),
    event("error", { ...alert(), action: "created", data: { error: alert().data.event } }),
  ].map(flowOf);
  assert.equal(new Set(flows).size, 1);
  const elsewhere = { ...comment(), installation: { uuid: "another" } };
  assert.notEqual(flowOf(event("comment", elsewhere)), flows[0]);
});

Deno.test("only new comments are text", () => {
  for (const action of ["updated", "deleted"]) {
    const read = event("comment", { ...comment(), action });
    assert.equal(read.text, null);
    assert.match(read.no_text_reason!, new RegExp(`comment.${action} creates no text`));
  }
  assert.equal(event("issue", issue()).text, null);
  assert.match(event("comment", comment({ comment: "" })).no_text_reason!, /empty/);
});

Deno.test("both words for a set-aside issue are read as they come, and so are new ones", () => {
  for (const action of ["ignored", "archived", "unresolved", "assigned"]) {
    assert.equal(event("issue", { ...issue(), action }).event_type, `issue.${action}`);
  }
  assert.equal(
    event("metric_alert", {
      action: "open",
      data: { metric_alert: { id: "4", title: "Sacred Marmot", projects: ["tea-shop"] } },
      installation: { uuid: UUID },
    }).object?.id,
    "alert:4",
  );
});

Deno.test("samples say what they are said to say", () => {
  const now = new Date();
  const read = (name: string, text?: string) => {
    const { headers, body } = sentry.sample(name, "secret", text, now);
    const read = sentry.read(new Headers(headers), new TextEncoder().encode(body));
    return read.kind === "event" ? read.event : assert.fail(name);
  };
  assert.equal(read("comment").text, "@agent analyze which order this comes from");
  assert.equal(read("comment", "@agent help").text, "@agent help");
  assert.equal(read("comment").actor.association, "MEMBER");
  assert.equal(read("issue_created").event_type, "issue.created");
  assert.equal(read("event_alert").event_type, "event_alert.triggered");
  assert.equal(read("event_alert").reply_target?.organization, "harbour");
  assert.equal(read("self_test").event_type, "installation.created");
});
