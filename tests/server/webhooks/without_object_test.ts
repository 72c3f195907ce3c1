/** What each action does for an event that names no object, and none at which to answer. */
import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { sentry } from "@/server/providers/sentry.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { webhookOf } from "@/tests/helpers/webhooks.ts";
import { bytesOf, example, headersOf, type Payload } from "./samples.ts";

function decided(command: Partial<CommandSpec>, headers: Headers, payload: Payload, at: Provider) {
  const reading = at.read(headers, bytesOf(payload));
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const webhook = webhookOf(at, {
    commands: [{ name: "x", trigger: "*", run_for: "anyone", template: "Look.", ...command }],
  });
  return decide(matchDelivery(webhook, reading), {
    headers,
    body: bytesOf(payload),
    received_at: new Date(),
    public_url: "http://127.0.0.1:8000",
    question: null,
    replay_of: null,
  }).record;
}

const onStar = (command: Partial<CommandSpec>) =>
  decided(command, headersOf("star"), example("star.created"), github);

Deno.test("a task is told which event it is about, and people that its answer goes nowhere", () => {
  const { tasks: [task], flow, delivery, replies } = onStar({ action: "create_task" });
  assert.match(
    task.input_message,
    /It is about the event star\.created at Codertocat\/Hello-World\. /,
  );
  assert.equal(task.source_metadata.reply_to, null);
  assert.equal(flow?.title, "GitHub star.created: Codertocat/Hello-World");
  assert.equal(flow.flow_id, delivery.flow_id);
  assert.deepEqual(replies, []);
  assert.match(
    delivery.notes.join("\n"),
    /^x: star\.created has no place to answer at: its answer stays in the conversation$/m,
  );
});

Deno.test("what would be said there is not, with the reason, and nothing is begun for it", () => {
  for (
    const command of [
      { action: "comment" },
      { action: "respond" },
      { action: "ask", choices: ["yes", "no"] },
      { action: "github_reaction", reaction: "eyes" },
      { action: "github_label", labels: ["seen"] },
    ] as const
  ) {
    const { tasks, replies, question, flow, delivery } = onStar({
      ...command as Partial<CommandSpec>,
    });
    assert.deepEqual([tasks, replies, question, flow], [[], [], null, null], command.action);
    assert.match(
      delivery.notes.join("\n"),
      /^x: .*star\.created has no (place to answer at|thread)/m,
      command.action,
    );
  }
});

Deno.test("forwarding needs no conversation", () => {
  const { replies, flow, delivery } = onStar({
    action: "forward",
    forward_url: "https://example.org/hook",
  });
  assert.equal(replies.length, 1);
  assert.deepEqual([flow, delivery.flow_id], [null, null]);
});

Deno.test("no question is asked whose answer nobody could tell from other words", () => {
  const headers = new Headers({ "sentry-hook-resource": "issue", "request-id": "r1" });
  const payload = { action: "created", data: { issue: { id: "7", title: "It broke" } } };
  const { replies, question, delivery } = decided({ action: "ask" }, headers, payload, sentry);
  assert.deepEqual([replies, question], [[], null]);
  assert.match(delivery.notes.join("\n"), /^x: nothing was asked/m);
});
