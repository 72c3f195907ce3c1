import assert from "node:assert/strict";
import {
  comment,
  created,
  event,
  type Payload,
  reading,
  reasonOf,
} from "@/tests/server/providers/jira_payloads.ts";

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
