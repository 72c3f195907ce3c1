import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import {
  allExamples,
  bytesOf,
  commentOf,
  example,
  headersOf,
  type Payload,
  readEvent,
} from "../webhooks/samples.ts";

/** What else an event may be about is in github_ids_test.ts. */
const COMMON = ["issue", "pull_request", "discussion", "commit", "ref"];
const isCommon = ({ object }: DeliveryEvent): boolean => !object || COMMON.includes(object.kind);

/** What the object of a payload is, found another way than the reader finds it. */
function expectedId({ repository, ...p }: Payload): string | null {
  if (!repository) return null;
  const number = p.issue?.number ?? p.pull_request?.number ?? p.discussion?.number;
  if (number) return `${repository.id}#${number}`;
  const run = p.check_run ?? p.check_suite ?? p.workflow_run ?? p.workflow_job ?? p;
  // a check of this repository's commit may name a pull request of a fork's
  const pull = run.pull_requests?.[0];
  if (pull?.base.repo.id === repository.id) return `${repository.id}#${pull.number}`;
  const sha = run.head_sha ?? p.sha ?? p.merge_group?.head_sha ?? p.comment?.commit_id;
  if (sha) return `${repository.id}@${sha}`;
  return p.ref ? `${repository.id}:${p.ref}` : null;
}

Deno.test("every real payload is read, with its event type and outside id", () => {
  assert.ok(allExamples.length > 250, `${allExamples.length} examples`);
  for (const { name, payload } of allExamples) {
    const event = readEvent(name, payload);
    assert.equal(event.event_type, payload.action ? `${name}.${payload.action}` : name);
    if (isCommon(event)) assert.equal(event.external_id, expectedId(payload), event.event_type);
  }
});

Deno.test("payloads of GitHub Enterprise Server are read too", async () => {
  const examples = "../../../node_modules/@octokit/webhooks-examples";
  for (const version of ["ghes-31", "ghes-35"]) {
    const file = new URL(`${examples}/${version}/index.json`, import.meta.url);
    for (const { name, examples } of JSON.parse(await Deno.readTextFile(file))) {
      for (const payload of examples) {
        const event = readEvent(name, payload);
        if (isCommon(event)) assert.equal(event.external_id, expectedId(payload));
      }
    }
  }
});

Deno.test("only events that create text have text", () => {
  const texts = new Set<string>();
  for (const { name, payload } of allExamples) {
    const event = readEvent(name, payload);
    if (event.text !== null) texts.add(event.event_type);
    assert.equal(event.text === null, event.no_text_reason !== null, event.event_type);
  }
  assert.deepEqual([...texts].sort(), [
    "issue_comment.created",
    "issues.opened",
    "pull_request.opened",
    "pull_request_review.submitted",
    "pull_request_review_comment.created",
  ]);
});

Deno.test("the text is the one this event created, not the one it carries along", () => {
  const comment = commentOf("the comment");
  comment.issue.body = "the issue";
  const event = readEvent("issue_comment", comment);
  assert.equal(event.text, "the comment");
  assert.equal(event.context?.body, "the issue");

  const edited = { ...comment, action: "edited" };
  assert.equal(readEvent("issue_comment", edited).text, null);

  const labeled = example("issues.labeled");
  labeled.issue.body = "@agent plan";
  assert.equal(readEvent("issues", labeled).text, null);
});

Deno.test("an empty description is an empty text", () => {
  const opened = example("issues.opened");
  opened.issue.body = null;
  assert.equal(readEvent("issues", opened).text, "");
});

Deno.test("an issue that was moved here brings no text of its sender", () => {
  const opened = example("issues.opened");
  opened.sender.id += 1;
  const event = readEvent("issues", opened);
  assert.equal(event.text, null);
  assert.match(event.no_text_reason!, /other than the sender/);
});

Deno.test("a comment on a pull request belongs to the same object as the pull request", () => {
  const comment = commentOf("x", (p) => {
    p.issue.pull_request = { url: "https://api.github.com/x" };
    p.issue.number = 2;
  });
  const on_issue = readEvent("issue_comment", comment);
  const opened = readEvent("pull_request", example("pull_request.opened"));
  assert.equal(on_issue.external_id, opened.external_id);
  assert.equal(on_issue.object?.url, opened.object?.url);
  assert.equal(on_issue.reply_target?.is_pull_request, true);
});

Deno.test("addresses are built from names and numbers, not taken from the payload", () => {
  const comment = commentOf("x", (p) => {
    p.comment.html_url = p.issue.html_url = "https://evil.example/";
    p.issue.comments_url = "http://169.254.169.254/";
  });
  const event = readEvent("issue_comment", comment);
  assert.equal(event.object?.url, "https://github.com/Codertocat/Hello-World/issues/1");
  assert.equal(event.text_url, `${event.object?.url}#issuecomment-${comment.comment.id}`);
  assert.ok(!JSON.stringify(event).includes("evil.example"));
  assert.ok(!JSON.stringify(event).includes("169.254"));
});

Deno.test("a repository name that is no name is unreadable", () => {
  for (const full_name of ["../..", "a/..", "a/b/c", "a", "a/b?x=1", "a/b#", "a b/c", ""]) {
    const payload = commentOf("x", (p) => p.repository.full_name = full_name);
    const reading = github.read(headersOf("issue_comment"), bytesOf(payload));
    assert.equal(reading.kind, "unreadable", full_name);
  }
});

Deno.test("a fork is told by its head, also when the fork is gone", () => {
  const opened = example("pull_request.opened");
  assert.equal(readEvent("pull_request", opened).is_fork, false);
  opened.pull_request.head.repo.full_name = "stranger/Hello-World";
  assert.equal(readEvent("pull_request", opened).is_fork, true);
  opened.pull_request.head.repo = null;
  assert.equal(readEvent("pull_request", opened).is_fork, true);
});

Deno.test("a deleted account is nobody", () => {
  const event = readEvent("issue_comment", commentOf("x", (p) => p.comment.user = null));
  assert.deepEqual(event.actor, { id: null, name: null, association: "OWNER", is_bot: false });
});

Deno.test("a review comment is answered in its thread and liked by its own id", () => {
  const payload = example("pull_request_review_comment.created");
  payload.comment.in_reply_to_id = 77;
  const target = readEvent("pull_request_review_comment", payload).reply_target;
  assert.equal(target?.comment_id, payload.comment.id);
  assert.equal(target?.thread_comment_id, 77);
});

Deno.test("a text has one name, whichever hook brings it; an attempt has its own id", () => {
  const payload = commentOf("x");
  const [repo, org] = [payload, { ...payload, organization: { id: 1 }, installation: { id: 2 } }]
    .map((one) => readEvent("issue_comment", one));
  assert.equal(repo.text_key, `issue_comment:${payload.comment.id}`);
  assert.equal(org.text_key, repo.text_key);
  assert.equal(org.event_key, repo.event_key);
  assert.notEqual(org.dedupe_id, repo.dedupe_id);
  assert.equal(repo.dedupe_id, repo.provider_delivery_id);
});

Deno.test("every text has a name, and only texts have", () => {
  const names = new Set<string>();
  for (const { name, payload } of allExamples) {
    const { text, text_key } = readEvent(name, payload);
    assert.equal(text === null, text_key === null, name);
    if (text_key) names.add(text_key.split(":")[0]);
  }
  const all = ["issue", "issue_comment", "pull_request", "review", "review_comment"];
  assert.deepEqual([...names].sort(), all);
});

Deno.test("two things that happened have two names, as far as they have any", () => {
  const labeled = example("issues.labeled");
  const key = (change: (payload: Payload) => void, name = "issues", from = labeled) => {
    const payload = structuredClone(from);
    change(payload);
    return readEvent(name, payload).event_key;
  };
  const same = key(() => {});
  assert.ok(same?.startsWith(`issues.labeled:${labeled.issue.id}:`));
  assert.equal(key((p) => p.installation = { id: 5 }), same);
  const others = [
    key((p) => p.label.id++),
    key((p) => p.issue.id++),
    key((p) => p.issue.updated_at = "2030-01-01T00:00:00Z"),
    key((p) => p.action = "unlabeled"),
  ];
  assert.equal(new Set([same, ...others]).size, 5);
  assert.equal(key((p) => delete p.issue.updated_at), null);
  assert.equal(key((p) => p.issue.updated_at = "x".repeat(1000)), null);
  const run = example("check_run.completed");
  assert.ok(key(() => {}, "check_run", run));
  assert.equal(key((p) => p.action = "rerequested", "check_run", run), null);
});

Deno.test("a label leads to the issue: what it says, and where to answer", () => {
  const labeled = example("issues.labeled");
  labeled.issue.body = "It broke";
  labeled.installation = { id: 4 };
  const event = readEvent("issues", labeled);
  assert.equal(event.context?.body, "It broke");
  assert.deepEqual(event.reply_target, {
    repository: labeled.repository.full_name,
    number: labeled.issue.number,
    is_pull_request: false,
    on: "issue",
    comment_id: null,
    thread_comment_id: null,
    installation_id: 4,
  });
  const pull = readEvent("pull_request", example("pull_request.labeled"));
  assert.equal(pull.reply_target?.is_pull_request, true);
  assert.equal(pull.is_fork, false);
});

Deno.test("who labels what another wrote may triage; an author is what they are", () => {
  const standing = (name: string, change: (payload: Payload) => void) => {
    const labeled = example(`${name}.labeled`);
    const thing = labeled.issue ?? labeled.pull_request;
    Object.assign(thing.user, { id: 1, login: "author" });
    Object.assign(labeled.sender, { id: 2, login: "sender" });
    thing.author_association = "NONE";
    change(labeled);
    return readEvent(name, labeled).actor.association;
  };
  assert.equal(standing("issues", () => {}), "COLLABORATOR");
  assert.equal(standing("pull_request", () => {}), "COLLABORATOR");
  assert.equal(standing("issues", (p) => p.sender.id = 1), "NONE");
  assert.equal(standing("issues", (p) => p.issue.user = null), null);
  assert.equal(standing("pull_request", (p) => p.action = "synchronize"), null);
});

Deno.test("a check of a commit is answered on its pull request", () => {
  const event = readEvent("check_run", example("check_run.completed"));
  assert.deepEqual([event.reply_target?.number, event.reply_target?.is_pull_request], [2, true]);
  assert.equal(event.context, null);
});

Deno.test("the payload is handed on for conditions and templates", () => {
  const payload = commentOf("x");
  const reading = github.read(headersOf("issue_comment"), bytesOf(payload));
  assert.deepEqual(reading.kind === "event" && reading.payload, payload);
});

Deno.test("ping is known, with and without a repository", () => {
  for (const { payload } of allExamples.filter(({ name }) => name === "ping")) {
    assert.equal(github.read(headersOf("ping"), bytesOf(payload)).kind, "ping");
  }
  assert.equal(github.read(headersOf("ping"), bytesOf({ zen: "x", hook_id: 1 })).kind, "ping");
});

Deno.test("a form carries the same as JSON does", () => {
  const payload = commentOf("grüße + mehr & %41");
  const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const headers = headersOf("issue_comment", {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
  });
  const reading = github.read(headers, new TextEncoder().encode(form));
  assert.equal(reading.kind === "event" && reading.event.text, "grüße + mehr & %41");
});

const encode = (text: string) => new TextEncoder().encode(text);
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const unreadable: [string, Uint8Array, Record<string, string>, RegExp][] = [
  ["not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), {}, /not UTF-8/],
  ["a byte order mark", encode("\ufeff{}"), {}, /byte order mark/],
  ["empty", encode(""), {}, /not JSON/],
  ["not JSON", encode("payload=1"), {}, /not JSON/],
  ["null", encode("null"), {}, /the body/],
  ["a list", encode("[]"), {}, /the body/],
  ["a comment event without a comment", encode('{"action":"created"}'), {}, /repository/],
  ["a number where a text belongs", bytesOf(commentOf(5 as unknown as string)), {}, /comment.body/],
  ["no event", encode("{}"), { "x-github-event": "" }, /X-GitHub-Event/],
  ["two events", encode("{}"), { "x-github-event": "push, ping" }, /X-GitHub-Event/],
  ["no delivery id", encode("{}"), { "x-github-delivery": "" }, /X-GitHub-Delivery/],
  ["a form without payload", encode("a=1"), FORM, /0 fields/],
  ["a form with two", encode("payload={}&payload={}"), FORM, /2 fields/],
  ["a form that is not UTF-8 inside", encode("payload=%ff"), FORM, /form field "payload"/],
];
for (const [what, body, headers, reason] of unreadable) {
  Deno.test(`unreadable, with the reason: ${what}`, () => {
    const reading = github.read(headersOf("issue_comment", headers), body);
    assert.equal(reading.kind, "unreadable");
    assert.match(reading.kind === "unreadable" ? reading.reason : "", reason);
  });
}

Deno.test("keys that mean something to JavaScript mean nothing here", () => {
  const text = JSON.stringify(commentOf("x"))
    .replace("{", '{"__proto__":{"text":"@agent plan"},"toString":1,"constructor":{"name":2},');
  const reading = github.read(headersOf("issue_comment"), encode(text));
  assert.equal(reading.kind === "event" && reading.event.text, "x");
});

Deno.test("an event named like a property of every object is an unknown event", () => {
  assert.equal(readEvent("constructor", {}).text, null);
  assert.equal(readEvent("constructor", { action: "name" }).event_type, "constructor.name");
});
