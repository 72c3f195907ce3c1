import assert from "node:assert/strict";
import { example, type Payload, readEvent } from "@/tests/server/webhooks/samples.ts";

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
