import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import type { DeliveryEvent, Reading } from "@/server/providers/provider.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";
import { taskPrompt } from "@/server/actions/prompt.ts";

const flowOf = (read: DeliveryEvent) => flowId("jira", read, "builtin");

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
type Payload = any;

const CLOUD = "https://harbour.atlassian.net";
const NORA = { accountId: "5f00a1", displayName: "Nora", accountType: "atlassian" };

const issue = (site = CLOUD, id = "10012", key = "TEA-12"): Payload => ({
  id,
  key,
  self: `${site}/rest/api/2/issue/${id}`,
  fields: {
    summary: "Wrong total",
    description: "The coupon is taken off twice.",
    project: { id: "10001", key: key.split("-")[0], projectTypeKey: "software" },
    creator: NORA,
  },
});

const comment = (change: Payload = {}, site = CLOUD): Payload => ({
  timestamp: 1_790_000_000_000,
  webhookEvent: "comment_created",
  issue: issue(site),
  comment: {
    self: `${site}/rest/api/2/issue/10012/comment/501`,
    id: "501",
    author: NORA,
    body: "@agent plan it",
    jsdPublic: true,
    ...change,
  },
});

const created = (change: Payload = {}): Payload => ({
  webhookEvent: "jira:issue_created",
  issue_event_type_name: "issue_created",
  user: NORA,
  issue: issue(),
  changelog: { id: "900", items: [{ field: "Status", toString: "To Do" }] },
  ...change,
});

function reading(payload: unknown, headers: Record<string, string> = {}): Reading {
  const body = payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  return jira.read(new Headers({ "content-type": "application/json", ...headers }), body);
}
function event(payload: unknown, headers?: Record<string, string>): DeliveryEvent {
  const read = reading(payload, headers);
  if (read.kind === "unreadable") throw new Error(read.reason);
  return read.event;
}
function reasonOf(payload: unknown): string {
  const read = reading(payload);
  if (read.kind !== "unreadable") throw new Error("it was read");
  return read.reason;
}

Deno.test("a comment on Cloud is read: who, where, what, and where an answer goes", () => {
  const read = event(comment(), { "x-atlassian-webhook-identifier": "delivery-1" });
  assert.deepEqual(read, {
    event_type: "comment_created",
    provider_delivery_id: "delivery-1",
    dedupe_id: "delivery-1@harbour.atlassian.net",
    text_key: "comment:501",
    event_key: "comment_created:comment:501",
    instance: "harbour.atlassian.net",
    container: { id: "site", name: "TEA" },
    object: {
      id: "10012",
      kind: "issue",
      title: "Wrong total",
      url: `${CLOUD}/browse/TEA-12`,
      name: "TEA-12",
    },
    external_id: "TEA-12",
    actor: { id: "5f00a1", name: "5f00a1", association: null, is_bot: false },
    text: "@agent plan it",
    no_text_reason: null,
    addressed: false,
    text_url: `${CLOUD}/browse/TEA-12?focusedCommentId=501`,
    context: {
      title: "Wrong total",
      body: "The coupon is taken off twice.",
      author: { id: "5f00a1", name: "5f00a1", association: null, is_bot: false },
    },
    people: new Map(),
    via_app_id: null,
    signs: { ids: ["501"], marker: null, kind: "unmarked" },
    reply_target: {
      site: "harbour.atlassian.net",
      issue_id: "10012",
      issue_key: "TEA-12",
      internal: false,
      visibility_type: null,
      visibility_value: null,
    },
    is_fork: null,
  });
});

Deno.test("a comment that Data Center reports twice is one text on one issue", () => {
  const site = "http://jira.harbour.example:8080";
  const author = { name: "nora", key: "JIRAUSER10100", displayName: "Nora" };
  const { issue: _none, ...alone } = comment({ author, jsdPublic: undefined }, site);
  const update = {
    ...comment({ author, jsdPublic: undefined }, site),
    webhookEvent: "jira:issue_updated",
    issue_event_type_name: "issue_commented",
    user: author,
  };
  const [first, second] = [event(alone), event(update)];
  assert.deepEqual([first.text, second.text], ["@agent plan it", "@agent plan it"]);
  assert.equal(first.text_key, second.text_key);
  assert.equal(flowOf(first), flowOf(second));
  assert.deepEqual([first.external_id, second.external_id], ["10012", "TEA-12"]);
  assert.deepEqual(first.actor, {
    id: "JIRAUSER10100",
    name: "nora",
    association: null,
    is_bot: false,
  });
  assert.notEqual(first.dedupe_id, second.dedupe_id);
});

Deno.test("an issue that moves to another project stays the same; another site's is another", () => {
  const here = event(comment());
  const moved = comment();
  moved.issue.key = "SHOP-3";
  moved.issue.fields.project = { id: "10002", key: "SHOP", projectTypeKey: "software" };
  assert.equal(flowOf(event(moved)), flowOf(here));
  const elsewhere = event(comment({}, "https://island.atlassian.net"));
  assert.notEqual(flowOf(elsewhere), flowOf(here));
  const below = event(comment({}, "https://harbour.example/jira-a"));
  const beside = event(comment({}, "https://harbour.example/jira-b"));
  assert.equal(below.instance, "harbour.example/jira-a");
  assert.notEqual(flowOf(below), flowOf(beside));
});

Deno.test("only what this event created is its text", () => {
  const edited = { ...comment(), webhookEvent: "comment_updated" };
  const update = { ...created(), webhookEvent: "jira:issue_updated" };
  const deleted = { ...comment(), webhookEvent: "comment_deleted" };
  for (const payload of [edited, update, deleted]) {
    const read = event(payload);
    assert.equal(read.text, null);
    assert.equal(read.text_key, null);
    assert.match(read.no_text_reason!, /creates no text/);
  }
  assert.equal(event(created()).text, "The coupon is taken off twice.");
  assert.equal(event(created()).text_key, "issue:10012");
});

Deno.test("words that somebody else wrote are not the sender's", () => {
  const imported = created({ user: { accountId: "5f00zz" } });
  assert.equal(event(imported).text, null);
  assert.match(event(imported).no_text_reason!, /somebody other than the sender/);
});

Deno.test("an empty description and an empty comment are no text, with a reason", () => {
  const empty = created();
  empty.issue.fields.description = null;
  assert.match(event(empty).no_text_reason!, /no description/);
  assert.match(event(comment({ body: "" })).no_text_reason!, /comment is empty/);
});

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

Deno.test("two webhooks that report one change give it one name", () => {
  const update = created({ webhookEvent: "jira:issue_updated" });
  assert.equal(event(update).event_key, "jira:issue_updated:10012:900");
  const other = created({ webhookEvent: "jira:issue_updated", changelog: { id: 901 } });
  assert.equal(event(other).event_key, "jira:issue_updated:10012:901");
  const silent = created({ webhookEvent: "jira:issue_updated", changelog: null });
  assert.equal(event(silent).event_key, null);
});

Deno.test("attempts have one id, also without Jira's header; other sites have others", () => {
  const headers = { "x-atlassian-webhook-identifier": "7" };
  assert.equal(event(comment(), headers).dedupe_id, event(comment(), headers).dedupe_id);
  const elsewhere = event(comment({}, "https://island.atlassian.net"), headers);
  assert.notEqual(elsewhere.dedupe_id, event(comment(), headers).dedupe_id);
  assert.match(event(comment()).provider_delivery_id, /^sha256:[0-9a-f]{32}$/);
  assert.equal(event(comment()).dedupe_id, event(comment()).dedupe_id);
  assert.notEqual(event(comment()).dedupe_id, event(comment({ id: "502" })).dedupe_id);
});

Deno.test("numbers and strings are the same id", () => {
  const numbered = comment({ id: 501 });
  numbered.issue.id = 10012;
  const [a, b] = [event(numbered), event(comment())];
  assert.deepEqual([a.text_key, a.object?.id], [b.text_key, b.object?.id]);
});

Deno.test("a document is read as its text, and names are told beside it", () => {
  const said = (...content: unknown[]) => ({ type: "paragraph", content });
  const nora = { type: "mention", attrs: { id: "5f00a1", text: "@Nora agent fix" } };
  const text = { type: "text", text: " looks at it" };
  const payload = comment({ body: { type: "doc", version: 1, content: [said(nora, text)] } });
  payload.issue.fields.description = { type: "doc", content: [said(nora, text)] };
  const read = event(payload);
  assert.equal(read.text, "[~accountid:5f00a1] looks at it");
  assert.equal(read.context?.body, "[~accountid:5f00a1] looks at it");
  assert.deepEqual([...read.people!], [["[~accountid:5f00a1]", "Nora agent fix"]]);
});

Deno.test("the prompt names the ticket, and who is mentioned in it", () => {
  const nora = { type: "mention", attrs: { id: "5f00a1", text: "@Nora" } };
  const content = [{ type: "paragraph", content: [nora] }];
  const { text } = taskPrompt({
    instructions: "Look into it.",
    event: event(comment({ body: { type: "doc", content } })),
    args: "",
    trust: "trusted",
    nonce: "n",
    shows: jira.shows,
  });
  assert.match(
    text,
    /It is about issue TEA-12, https:\/\/harbour\.atlassian\.net\/browse\/TEA-12\./,
  );
  assert.match(text, /what="people mentioned"[^>]*>\n\[~accountid:5f00a1\] is Nora\n</);
});

Deno.test("a changelog item has a key toString, and nothing trips over it", () => {
  const read = reading(created());
  assert.equal(read.kind, "event");
  const { payload } = read as { payload: Payload };
  assert.equal(payload.changelog.items[0].toString, "To Do");
  const odd = created({ user: { accountId: "a", toString: "x", valueOf: "y" } });
  assert.equal(event(odd).actor.id, "a");
});

Deno.test("no address of the payload is called: odd ones only take the link away", () => {
  for (const self of ["javascript:alert(1)", "nonsense", "file:///rest/api/2/issue/10012", null]) {
    const payload = created();
    payload.issue.self = self;
    delete payload.user.self;
    const read = event(payload);
    assert.deepEqual([read.instance, read.object?.url], [null, null], String(self));
  }
  const gateway = created();
  gateway.issue.self = "https://api.atlassian.com/ex/jira/1-2/rest/api/2/issue/10012";
  assert.equal(event(gateway).instance, "api.atlassian.com/ex/jira/1-2");
  assert.equal(event(gateway).object?.url, null);
});

Deno.test("events about no issue are read too", () => {
  const read = event({ webhookEvent: "jira:version_released", version: { id: "1", name: "2.0" } });
  assert.deepEqual([read.event_type, read.object, read.container, read.reply_target], [
    "jira:version_released",
    { id: "version:1", kind: "version", title: "2.0", url: null },
    { id: "site", name: "Jira" },
    null,
  ]);
});

Deno.test("a webhook that sends no body says how to change that", () => {
  for (const body of [new Uint8Array(), "{}"]) {
    const read = event(body);
    assert.equal(read.text, null);
    assert.match(read.no_text_reason!, /untick "Exclude body"/);
  }
});

Deno.test("what cannot be read says why, and never throws", () => {
  assert.match(reasonOf(Uint8Array.of(0xff)), /not UTF-8/);
  assert.match(reasonOf("{"), /not JSON/);
  assert.match(reasonOf("[]"), /the body/);
  assert.match(reasonOf("null"), /the body/);
  assert.match(reasonOf({ hello: 1 }), /^webhookEvent:/);
  assert.match(reasonOf({ webhookEvent: "a b" }), /^webhookEvent:/);
  const walk = comment();
  walk.issue.id = "10012/../../admin";
  assert.match(reasonOf(walk), /^issue\.id:/);
});

Deno.test("samples say what they are said to say", () => {
  const now = new Date();
  const read = (name: string, text?: string) => {
    const { headers, body } = jira.sample(name, "secret", text, now);
    return event(new TextEncoder().encode(body), headers);
  };
  assert.equal(
    read("comment").text,
    "@agent analyze where the coupon is taken off the second time",
  );
  assert.equal(read("comment", "@agent help").text, "@agent help");
  assert.notEqual(read("comment").text_key, read("comment").text_key);
  assert.equal(read("issue_created").event_type, "jira:issue_created");
  assert.equal(read("assigned").text, null);
  assert.equal(read("customer_comment").actor.association, "CUSTOMER");
  assert.equal(read("self_test").event_type, "jira:version_released");
});

const folder = new URL("../../../../shared/fixtures/jira/", import.meta.url);
const fixtures: Record<string, Payload> = {};
try {
  for (const { name } of Deno.readDirSync(folder)) {
    fixtures[name] = JSON.parse(Deno.readTextFileSync(new URL(name, folder)));
  }
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
const absent = Object.keys(fixtures).length === 0 ? " (../shared/fixtures is absent)" : "";

Deno.test(`every real payload is read, with its event type and outside id${absent}`, () => {
  for (const [name, payload] of Object.entries(fixtures)) {
    const read = event(payload);
    assert.equal(read.event_type, payload.webhookEvent, name);
    assert.equal(read.external_id, payload.issue.key, name);
    assert.equal(read.object?.id, payload.issue.id, name);
    assert.equal(read.instance, new URL(payload.issue.self).host, name);
    assert.equal(read.text === null, read.no_text_reason !== null, name);
  }
});

Deno.test(`some of them exactly${absent}`, () => {
  if (absent) return;
  const cloud = event(fixtures["cloud-comment-created-mention-user.json"]);
  assert.equal(cloud.text, "Added a comment with mentioned user [~user]");
  assert.equal(cloud.actor.id, "5c5f880629be9642ba529340");
  assert.equal(cloud.text_key, "comment:10019");
  const server = event(fixtures["issue-comment-created-indentation.json"]);
  assert.deepEqual([server.text_key, server.actor.name], ["comment:10503", "test"]);
  assert.equal(server.instance, "localhost:8082");
  const assigned = event(fixtures["issue-updated-assigned-on-server.json"]);
  assert.equal(assigned.container?.name, "PRJA");
  assert.equal(event(fixtures["issue-deleted.json"]).reply_target, null);
  assert.equal(event(fixtures["issue-created.json"]).text, "Unit test description, not that long");
});
