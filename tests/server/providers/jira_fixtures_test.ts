import assert from "node:assert/strict";
import { event, type Payload } from "@/tests/server/providers/jira_payloads.ts";

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
