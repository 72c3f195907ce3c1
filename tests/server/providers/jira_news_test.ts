import assert from "node:assert/strict";
import { created, event, type Payload } from "./jira_payloads.ts";

const updated = (...fields: unknown[]): Payload =>
  created({
    webhookEvent: "jira:issue_updated",
    changelog: { id: "901", items: fields.map((field) => ({ field, toString: "x" })) },
  });

Deno.test("an edited summary or description is news, with both as they are now", () => {
  for (const field of ["summary", "description"]) {
    const { news, context } = event(updated("labels", field));
    assert.equal(news?.kind, "text_edited", field);
    assert.deepEqual(news?.data, { title: context?.title, description: context?.body });
  }
});

Deno.test("other changes and odd ones are no news", () => {
  const odd = [[], ["labels"], [null], [7], ["Description"]];
  for (const fields of odd) assert.equal(event(updated(...fields)).news, null);
  for (const items of [null, "x", [null], [[]]]) {
    const payload = created({ webhookEvent: "jira:issue_updated", changelog: { id: "1", items } });
    assert.equal(event(payload).news, null);
  }
  assert.equal(event(created()).news, null);
});
