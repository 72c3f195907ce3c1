import assert from "node:assert/strict";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";
import { commentOf, example, type Payload } from "./samples.ts";
import { decided, trusting } from "./decide_scene.ts";

Deno.test("analyze becomes a task of the planning agent and an 👀 on the comment", () => {
  const payload = commentOf("@agent analyze why is it slow?");
  const { delivery, flow, traces, tasks: [task], replies: [reaction] } = decided(payload);
  assert.equal(delivery.outcome, "accepted");
  assert.deepEqual(delivery.actor, { id: "21031067", name: "Codertocat", trust: "trusted" });
  assert.deepEqual(delivery.commands.filter(({ matched }) => matched), [
    { name: "analyze", matched: true, reason: "asked for" },
  ]);
  assert.ok(traces.length > 6 && traces.every(({ reason }) => reason !== ""));
  assert.equal(flow?.flow_id, delivery.flow_id);
  assert.equal(flow?.url, "https://github.com/Codertocat/Hello-World/issues/1");

  assert.equal(task.assigned_agent, "planning");
  assert.equal(task.tool_profile, "read");
  assert.equal(task.requires_repository, false);
  assert.equal(task.message, "analyze why is it slow?");
  const { reply_to, ...fields } = task.source_metadata;
  assert.deepEqual(fields, {
    provider: "github",
    webhook_id: null,
    delivery_id: delivery.delivery_id,
    provider_delivery_id: delivery.provider_delivery_id,
    event_type: "issue_comment.created",
    command: "analyze",
    instance: "github.com",
    repository: "Codertocat/Hello-World",
    repository_id: "186853002",
    number: 1,
    is_pull_request: false,
    is_fork: null,
    comment_id: payload.comment.id,
    title: payload.issue.title,
    url: `https://github.com/Codertocat/Hello-World/issues/1#issuecomment-${payload.comment.id}`,
    actor_id: "21031067",
    actor: "Codertocat",
    trust: "trusted",
  });
  assert.equal(reaction.kind, "reaction");
  assert.equal(reaction.body, "eyes");
  assert.equal(reaction.task_id, task.task_id);
  assert.deepEqual(reaction.target, reply_to);
});

Deno.test("review needs the repository", () => {
  assert.equal(decided(commentOf("@agent review")).tasks[0].requires_repository, true);
});

Deno.test("approve and reject say that no plan waits, where none does", () => {
  for (const text of ["@agent approve", "@agent reject it is wrong"]) {
    const { delivery, tasks, news, replies } = decided(commentOf(text));
    assert.deepEqual([delivery.outcome, tasks, news], ["accepted", [], []], text);
    assert.deepEqual(replies.map(({ body }) => body), ["No plan waits for a decision here."]);
  }
});

Deno.test("help, a bare mention and an unknown word list the commands", () => {
  for (const text of ["@agent help", "@agent", "@agent dance"]) {
    const { tasks, replies: [reply] } = decided(commentOf(text));
    assert.equal(tasks.length, 0);
    for (const name of ["analyze", "plan", "review", "fix", "approve", "reject", "help"]) {
      assert.ok(reply.body.includes(`\`@agent ${name}\``), name);
    }
  }
});

Deno.test("people who say LGTM to each other are left in peace", () => {
  const { delivery, replies } = decided(commentOf("LGTM"));
  assert.equal(delivery.outcome, "ignored");
  assert.match(delivery.reason!, /no approval is waiting/);
  assert.equal(replies.length, 0);
});

Deno.test("all five kinds of text start work", () => {
  const opened = example("issues.opened");
  opened.issue.body = "@agent plan";
  const pull = example("pull_request.opened");
  pull.pull_request.body = "@agent review";
  const review = example("pull_request_review.submitted");
  review.review.body = "@agent review";
  const line = example("pull_request_review_comment.created");
  line.comment.body = "@agent analyze";
  const all = {
    issues: opened,
    pull_request: pull,
    pull_request_review: review,
    pull_request_review_comment: line,
  };
  for (const [name, payload] of Object.entries(all)) {
    const { tasks, flow } = decided(payload, trusting(payload.sender.login), name);
    assert.equal(tasks.length, 1, name);
    assert.ok(flow, name);
  }
});

Deno.test("a flow is the same for an issue and its comments, and another for anything else", () => {
  const flow = (change: (p: Payload) => void = () => {}) =>
    decided(commentOf("@agent plan", change)).flow!.flow_id;
  assert.equal(flow(), flow((p) => p.comment.id = 5));
  assert.equal(flow(), flow((p) => p.repository.full_name = "renamed/elsewhere"));
  const opened = example("issues.opened");
  assert.equal(flow(), decided(opened, {}, "issues").delivery.flow_id);
  const others = [
    flow((p) => p.issue.number = 2),
    flow((p) => p.repository.id = 2),
    flow((p) => p.repository.html_url = "https://ghe.example/Codertocat/Hello-World"),
  ];
  assert.equal(new Set([flow(), ...others]).size, 4);
  const part = (container: string, object: string) =>
    flowId("github", {
      instance: "i",
      container: { id: container, name: "" },
      object: { id: object, kind: "", title: "", url: null },
    }, "webhook");
  assert.notEqual(part("1", "23"), part("12", "3"));
});

Deno.test("of the headers, what may be secret is not kept", () => {
  const { headers } = decided(commentOf("x")).delivery;
  assert.equal(headers["x-hub-signature-256"], "[redacted]");
  assert.equal(headers["cookie"], "[redacted]");
  assert.equal(headers["x-github-event"], "issue_comment");
});
