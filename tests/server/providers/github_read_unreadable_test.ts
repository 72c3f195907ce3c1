import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { bytesOf, commentOf, headersOf, readEvent } from "@/tests/server/webhooks/samples.ts";

Deno.test("a repository name that is no name is unreadable", () => {
  for (const full_name of ["../..", "a/..", "a/b/c", "a", "a/b?x=1", "a/b#", "a b/c", ""]) {
    const payload = commentOf("x", (p) => p.repository.full_name = full_name);
    const reading = github.read(headersOf("issue_comment"), bytesOf(payload));
    assert.equal(reading.kind, "unreadable", full_name);
  }
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
