import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import { taskPrompt } from "@/server/actions/prompt.ts";
import { comment, created, event } from "@/tests/server/providers/jira_payloads.ts";

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
