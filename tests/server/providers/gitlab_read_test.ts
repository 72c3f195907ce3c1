import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import {
  bytesOf,
  hook,
  issueEvent,
  noteOnIssue,
  noteOnMergeRequest,
  type Payload,
} from "./gitlab_payloads.ts";

function read(payload: unknown, headers: Headers = hook("Note Hook")): DeliveryEvent {
  const reading = gitlab.read(headers, bytesOf(payload));
  assert.ok(reading.kind === "event", JSON.stringify(reading));
  assert.deepEqual(reading.payload, JSON.parse(JSON.stringify(payload)));
  return reading.event;
}

Deno.test("a comment on an issue is read with all that is needed to work on it and to answer", () => {
  const headers = hook("Note Hook", { "webhook-id": "msg_1", "idempotency-key": "msg_1" });
  const event = read(noteOnIssue(), headers);
  const { event_key: _key, ...rest } = event;
  assert.deepEqual(rest, {
    event_type: "note.create",
    provider_delivery_id: "msg_1",
    dedupe_id: "msg_1",
    text_key: "note:1241",
    instance: "git.example.com",
    container: { id: "5", name: "harbour/tea-shop" },
    object: {
      id: "#17",
      kind: "issue",
      title: "Totals",
      url: "https://git.example.com/harbour/tea-shop/-/issues/17",
    },
    external_id: "5#17",
    actor: { id: "42", name: "nora", association: null, is_bot: false },
    text: "@agent analyze",
    no_text_reason: null,
    addressed: false,
    text_url: "https://git.example.com/harbour/tea-shop/-/issues/17#note_1241",
    context: {
      title: "Totals",
      body: "Wrong",
      author: { id: "7", name: null, association: null, is_bot: false },
    },
    via_app_id: null,
    signs: { ids: ["1241"], marker: null, kind: "post" },
    reply_target: {
      project_id: 5,
      project: "harbour/tea-shop",
      kind: "issue",
      iid: 17,
      sha: null,
      note_id: 1241,
      discussion_id: null,
      internal: false,
    },
    is_fork: null,
    news: null,
  });
});

Deno.test("issue 17 and merge request 17 of one project are two things", () => {
  assert.equal(read(noteOnIssue()).external_id, "5#17");
  assert.equal(read(noteOnMergeRequest()).external_id, "5!17");
});

Deno.test("a merge request from another project is a fork, also when that is gone", () => {
  assert.equal(read(noteOnMergeRequest(5)).is_fork, false);
  assert.equal(read(noteOnMergeRequest(6)).is_fork, true);
  assert.equal(read(noteOnMergeRequest(null)).is_fork, true);
});

Deno.test("an answer goes into the thread that the comment came in, and only then", () => {
  const id = "6a9c1750b37d513a43987b574953fceb50b03ce7";
  const target = (type: string | null) => read(noteOnIssue({}, { type })).reply_target;
  assert.equal(target(null)?.discussion_id, null);
  assert.equal(target("DiscussionNote")?.discussion_id, id);
  assert.equal(target("DiffNote")?.discussion_id, id);
  const odd = read(noteOnIssue({}, { type: "DiffNote", discussion_id: "../../users" }));
  assert.equal(odd.reply_target?.discussion_id, null);
  assert.equal(odd.reply_target?.iid, 17);
});

Deno.test("a confidential comment is told from an open one, and answered among the same people", () => {
  const confidential = (headers: Headers, issue = { iid: 17, confidential: false }) =>
    read(noteOnIssue({ event_type: "confidential_note", issue }), headers);
  const event = confidential(hook("Confidential Note Hook"));
  assert.equal(event.event_type, "confidential_note.create");
  assert.equal(event.reply_target?.internal, true);
  assert.equal(confidential(new Headers()).event_type, "confidential_note.create");
  const on_secret = confidential(hook("Confidential Note Hook"), { iid: 17, confidential: true });
  assert.equal(on_secret.reply_target?.internal, false);
});

Deno.test("only text that this event created is read for commands", () => {
  const reasons: [Payload, string][] = [
    [noteOnIssue({}, { action: "update" }), "note.update creates no text"],
    [noteOnIssue({}, { system: true }), "GitLab itself wrote the note"],
    [noteOnIssue({}, { note: 5 }), "the payload has no note"],
    [noteOnIssue({ issue: null }, { noteable_type: "Epic" }), "notes on Epic are not read"],
    [issueEvent("update"), "issue.update creates no text"],
    [issueEvent("reopen"), "issue.reopen creates no text"],
  ];
  for (const [payload, reason] of reasons) {
    const kind = payload.object_kind === "note" ? "Note Hook" : "Issue Hook";
    const { text, text_key, no_text_reason } = read(payload, hook(kind));
    assert.deepEqual([text, text_key], [null, null], reason);
    assert.ok(no_text_reason?.startsWith(reason), `${no_text_reason}`);
  }
  // versions before 16 do not say that a note is new
  assert.equal(read(noteOnIssue({}, { action: undefined })).text, "@agent analyze");
});

Deno.test("an opened issue's text is its description; a moved one's is not its mover's", () => {
  const opened = read(issueEvent("open"), hook("Issue Hook"));
  assert.deepEqual([opened.text, opened.text_key], ["@agent plan this", "issue:92"]);
  assert.equal(read(issueEvent("open", { description: null }), hook("Issue Hook")).text, "");
  const moved = read(issueEvent("open", { author_id: 7 }), hook("Issue Hook"));
  assert.equal(moved.text, null);
  assert.match(moved.no_text_reason!, /written by somebody other/);
});

Deno.test("an event without text can be worked on and answered, too", () => {
  const event = read(issueEvent("update"), hook("Issue Hook"));
  assert.equal(event.event_type, "issue.update");
  assert.equal(event.reply_target?.iid, 17);
  assert.equal(event.context?.title, "Totals");
  assert.equal(event.actor.name, "nora");
});

Deno.test("users that GitLab makes for tokens are bots; names that look alike are not", () => {
  const is_bot = (username: string) =>
    read(noteOnIssue({ user: { id: 1, username } })).actor.is_bot;
  for (
    const name of [
      "project_5_bot",
      "project_5_bot_8c1f",
      "group_12_bot_ab",
      "service_account_1f",
      "support-bot",
    ]
  ) assert.equal(is_bot(name), true, name);
  for (
    const name of ["nora", "project_bot", "my_project_5_bot_x", "robot", "mr-service_account_"]
  ) {
    assert.equal(is_bot(name), false, name);
  }
});

Deno.test("who is not named is nobody that we know, and not the system", () => {
  const release = { object_kind: "release", action: "create", tag: "v1", project: { id: 5 } };
  const { actor, external_id } = read(release, hook("Release Hook"));
  assert.deepEqual([actor.id, actor.name], [null, "somebody whom GitLab does not name"]);
  assert.equal(external_id, "5/release/v1");
  const member = {
    event_name: "user_add_to_group",
    group_id: 100,
    user_id: 64,
    user_username: "sam",
  };
  assert.equal(read(member, hook("Member Hook")).actor.id, null);
});

Deno.test("the same event is one, whichever hook tells of it; the next one is another", () => {
  const keyed = (payload: Payload, uuid: string | null, kind = "Issue Hook") =>
    read(payload, hook(kind, uuid ? { "x-gitlab-event-uuid": uuid } : {})).event_key;
  const update = issueEvent("update");
  assert.equal(keyed(update, "u1"), keyed(update, "u1", "System Hook"));
  assert.notEqual(keyed(update, "u1"), keyed(update, "u2"));
  // one call can change two issues
  assert.notEqual(keyed(update, "u1"), keyed(issueEvent("update", { id: 93, iid: 18 }), "u1"));
  assert.equal(keyed(update, null), keyed(update, null));
  const later = issueEvent("update", { updated_at: "2026-05-17T17:06:41Z" });
  assert.notEqual(keyed(update, null), keyed(later, null));
  const other = issueEvent("update", {}, { changes: { labels: { current: [{ title: "x" }] } } });
  assert.notEqual(keyed(update, null), keyed(other, null));
  assert.equal(keyed({ object_kind: "feature_flag", project: { id: 5 } }, null), null);
});

Deno.test("a delivery has GitLab's key; without one its content names it", () => {
  const id = (more: Record<string, string>, payload = noteOnIssue()) =>
    read(payload, hook("Note Hook", more)).dedupe_id;
  assert.equal(id({ "idempotency-key": "k1" }), "k1");
  assert.equal(id({ "webhook-id": "w1", "idempotency-key": "k1" }), "w1");
  assert.match(id({}), /^sha256:[0-9a-f]{32}$/);
  assert.equal(id({}), id({}));
  // all events of one call share the UUID
  const uuid = { "x-gitlab-event-uuid": "u1" };
  assert.notEqual(id(uuid), id(uuid, noteOnIssue({}, { id: 9 })));
  assert.match(id({ "idempotency-key": "an odd one" }), /^sha256:/);
});

Deno.test("a body made by a template is read by its header; what says nothing is refused", () => {
  const headers = hook("Merge Request Hook");
  const event = read({ project: "tea-shop", user: 5, object_attributes: ["x"] }, headers);
  assert.deepEqual([event.event_type, event.external_id], ["merge_request", null]);
  assert.equal(read({}, hook("Push Hook")).event_type, "push");
  const refused = (body: Uint8Array, headers = new Headers()) => {
    const reading = gitlab.read(headers, body);
    return reading.kind === "unreadable" ? reading.reason : reading.kind;
  };
  assert.match(refused(bytesOf({})), /neither X-Gitlab-Event nor object_kind/);
  assert.match(refused(bytesOf([]), hook("Push Hook")), /no JSON object/);
  assert.match(refused(new Uint8Array(), hook("Push Hook")), /not JSON/);
  assert.match(refused(Uint8Array.of(0xff), hook("Push Hook")), /not UTF-8/);
  const odd = bytesOf({ object_kind: "<script>" });
  assert.match(refused(odd, hook("Evil\\ Hook")), /neither/);
});

Deno.test("an address in a payload is shown only when it is one of the web", () => {
  const from = (web_url: string) =>
    read(noteOnIssue({ project: { id: 5, web_url, path_with_namespace: "a/b" } }));
  assert.equal(from("javascript:alert(1)").object?.url, null);
  assert.equal(from("javascript:alert(1)").instance, null);
  assert.equal(
    from("https://example.com/gitlab/a/b/?x#y").object?.url,
    "https://example.com/gitlab/a/b/-/issues/17",
  );
});

Deno.test("the samples say what they are for", () => {
  const seen = Object.keys(gitlab.samples).map((name) => {
    const { headers, body } = gitlab.sample(name, "a-plain-token", undefined, new Date());
    const event = read(JSON.parse(body), new Headers(headers));
    return [name, event.event_type, event.text ?? "-"];
  });
  assert.deepEqual(seen, [
    ["issue_note", "note.create", "@agent analyze where the coupon is taken off the second time"],
    ["merge_request_note", "note.create", "@agent review please, rounding is delicate"],
    ["issue", "issue.open", "@agent plan a fix"],
    ["outsider_note", "note.create", "@agent analyze this for me"],
    ["labelled", "issue.update", "-"],
    ["self_test", "push", "-"],
  ]);
  const sample = () => gitlab.sample("issue_note", "a-plain-token", "hello", new Date());
  assert.notEqual(sample().headers["idempotency-key"], sample().headers["idempotency-key"]);
  assert.match(sample().body, /hello/);
  assert.throws(() => gitlab.sample("constructor", "x", undefined, new Date()), /no sample/);
});
