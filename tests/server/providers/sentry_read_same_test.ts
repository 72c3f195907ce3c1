import assert from "node:assert/strict";
import {
  alert,
  comment,
  event,
  issue,
  type Payload,
  UUID,
} from "@/tests/server/providers/sentry_payloads.ts";

Deno.test("attempts differ in Request-ID and are one delivery all the same", () => {
  const ids = ["r1", "r2"].map((id) => event("comment", comment(), { "request-id": id }).dedupe_id);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(event("issue", comment()).dedupe_id, ids[0]);
  assert.notEqual(event("comment", comment({ comment_id: 1235 })).dedupe_id, ids[0]);
  assert.equal(event("comment", comment()).provider_delivery_id, ids[0]);
});

Deno.test("an event that sets off two rules is two events", () => {
  const other = alert();
  other.data.triggered_rule = "Something else";
  assert.notEqual(
    event("event_alert", other).event_key,
    event("event_alert", alert()).event_key,
  );
});

Deno.test("the organization is found by its address, however Sentry writes it", () => {
  const org = (change: Payload) => event("issue", issue(change)).reply_target?.organization;
  assert.equal(org({}), "harbour");
  assert.equal(org({ url: null }), "harbour");
  assert.equal(
    org({ url: null, web_url: "https://sentry.io/organizations/pier/issues/1/" }),
    "pier",
  );
  assert.equal(org({ url: "https://us.sentry.io/api/0/organizations/dock/issues/1/" }), "dock");
  assert.equal(org({ url: "https://us.sentry.io/api/0/issues/1/", web_url: null }), null);
  assert.equal(org({ url: "https://sentry.io/organizations/..%2fx/issues/", web_url: null }), null);
  assert.equal(event("event_alert", alert()).reply_target?.organization, "harbour");
  const by_project = alert({ web_url: null });
  assert.equal(event("event_alert", by_project).reply_target?.organization, "harbour");
});

Deno.test("the address shown is the issue's, and https", () => {
  assert.equal(
    event("event_alert", alert()).object?.url,
    "https://sentry.io/organizations/harbour/issues/100/",
  );
  for (const web_url of ["javascript:alert(1)", "http://sentry.io/x", "x", null]) {
    assert.equal(event("issue", issue({ web_url })).object?.url, null, String(web_url));
  }
});

Deno.test("the id is taken from wherever an event puts it", () => {
  const installation = { uuid: UUID };
  const installed = { ...installation, organization: { slug: "harbour" } };
  const without_id = { issue_id: undefined };
  const rows: [resource: string, payload: Payload, object_id: string | null][] = [
    ["issue", issue(), "100"],
    ["comment", comment(), "100"],
    ["comment", comment({ issue_id: "100" }), "100"],
    ["event_alert", alert(), "100"],
    ["event_alert", alert({ issue_id: 100 }), "100"],
    ["event_alert", alert(without_id), "event:e1"],
    ["error", { action: "created", installation, data: { error: { issue_id: "100" } } }, "100"],
    ["error", { action: "created", installation, data: { error: { event_id: "e1" } } }, "event:e1"],
    [
      "metric_alert",
      { action: "critical", installation, data: { metric_alert: { id: 4 } } },
      "alert:4",
    ],
    [
      "installation",
      { action: "deleted", installation, data: { installation: installed } },
      `installation:${UUID}`,
    ],
    [
      "installation",
      { action: "created", data: { installation: installed } },
      `installation:${UUID}`,
    ],
    ["seer", { action: "pr_created", installation, data: { run_id: 5 } }, null],
  ];
  for (const [resource, payload, object_id] of rows) {
    const read = event(resource, payload);
    assert.equal(read.object?.id ?? null, object_id, JSON.stringify(payload));
    assert.equal(read.container?.id, UUID, JSON.stringify(payload));
    assert.equal(read.external_id === null, object_id === null);
  }
  assert.equal(event("installation", rows[9][1]).external_id, `harbour#installation:${UUID}`);
});
