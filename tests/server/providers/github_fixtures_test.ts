import assert from "node:assert/strict";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { allExamples, type Payload, readEvent } from "@/tests/server/webhooks/samples.ts";

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
