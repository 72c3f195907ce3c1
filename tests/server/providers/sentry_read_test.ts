import assert from "node:assert/strict";
import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
type Payload = any;

const UUID = "9a3f6c1e-5d0b-4f5e-8f6a-2b7c9d0e1f23";
const APP = { type: "application", id: "agent", name: "Agent" };
const flowOf = (read: DeliveryEvent) => flowId("sentry", read, "builtin");

const comment = (change: Payload = {}, actor: Payload = { type: "user", id: 7, name: "nora" }) => ({
  action: "created",
  installation: { uuid: UUID },
  actor,
  data: {
    comment: "@agent analyze",
    comment_id: 1234,
    issue_id: 100,
    project_slug: "tea-shop",
    timestamp: "2026-03-02T21:51:44.118160Z",
    ...change,
  },
});

const issue = (change: Payload = {}): Payload => ({
  action: "created",
  installation: { uuid: UUID },
  actor: APP,
  data: {
    issue: {
      id: "100",
      title: "TypeError: boom",
      culprit: "POST /checkout",
      level: "error",
      metadata: { type: "TypeError", value: "boom" },
      url: "https://sentry.io/api/0/organizations/harbour/issues/100/",
      web_url: "https://harbour.sentry.io/issues/100/",
      project: { id: "1", slug: "tea-shop" },
      ...change,
    },
  },
});

const alert = (change: Payload = {}): Payload => ({
  action: "triggered",
  installation: { uuid: UUID },
  actor: { type: "application", id: "sentry", name: "Sentry" },
  data: {
    triggered_rule: "Checkout is broken",
    event: {
      event_id: "e1",
      issue_id: "100",
      title: "TypeError: boom",
      url: "https://sentry.io/api/0/projects/harbour/tea-shop/events/e1/",
      web_url: "https://sentry.io/organizations/harbour/issues/100/events/e1/",
      exception: {
        values: [{
          type: "TypeError",
          value: "boom",
          stacktrace: {
            frames: [
              { filename: "server.ts", function: "handle", lineno: 41 },
              { filename: "checkout.ts", function: null, lineno: 88 },
            ],
          },
        }],
      },
      ...change,
    },
  },
});

function reading(resource: string | null, payload: unknown, headers = {}): Reading {
  const body = payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  const all = new Headers(headers);
  if (resource !== null) all.set("sentry-hook-resource", resource);
  return sentry.read(all, body);
}
function event(resource: string, payload: unknown, headers?: Record<string, string>) {
  const read = reading(resource, payload, headers);
  if (read.kind === "unreadable") throw new Error(read.reason);
  return read.event;
}
function reasonOf(resource: string | null, payload: unknown): string {
  const read = reading(resource, payload);
  if (read.kind !== "unreadable") throw new Error("it was read");
  return read.reason;
}

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

const shared = new URL("../../../../shared/fixtures/", import.meta.url);
const fixtures: Record<string, Payload> = {};
try {
  const folder = new URL("sentry/", shared);
  for (const { name } of Deno.readDirSync(folder)) {
    fixtures[name] = JSON.parse(Deno.readTextFileSync(new URL(name, folder)));
  }
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
const absent = Object.keys(fixtures).length === 0 ? " (../shared/fixtures is absent)" : "";

Deno.test(`every sample of Sentry's pages is read, with event type and outside id${absent}`, () => {
  const wanted: Record<string, string | null> = {
    "comment.created": "sentry#100",
    "error.created": "front-end#1170820242",
    "event_alert.triggered": "front-end#1117540176",
    "installation.created": "test-org#installation:a8e5d37a-696c-4c54-adb5-b3f28d64c7de",
    "issue.created": "python#1234567890",
    "metric_alert.resolved": "bar#alert:4",
  };
  for (const [name, payload] of Object.entries(fixtures)) {
    const event_type = name.replace(".json", "");
    const read = event(event_type.split(".")[0], payload);
    assert.equal(read.event_type, event_type);
    assert.equal(read.external_id, wanted[event_type], name);
    assert.equal(read.text === null, read.no_text_reason !== null, name);
  }
  if (absent) return;
  const org = (name: string) =>
    event(name.split(".")[0], fixtures[name]).reply_target?.organization;
  assert.equal(org("issue.created.json"), "example-org");
  assert.equal(org("error.created.json"), "test-org");
  assert.equal(event("comment", fixtures["comment.created.json"]).text, "adding a comment");
});

const table = await Deno.readTextFile(new URL("command_cases.json", shared))
  .then(JSON.parse, () => null);
Deno.test(`comments are Markdown: the shared table${table ? "" : " (absent)"}`, () => {
  const vocabulary = createVocabulary(builtinCommands("sentry"));
  for (const { provider, text, want } of table?.cases ?? []) {
    if (provider) continue;
    const name = readCommand(text, {
      mentions: [table.prefix],
      vocabulary,
      addressed: false,
      default_command: "<default_command>",
      unknown_command: "help",
      hide: sentry.hide,
    })?.name;
    assert.deepEqual(name ? [name] : [], want, JSON.stringify(text));
  }
});
