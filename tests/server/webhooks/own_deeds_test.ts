/** Labels, reactions and reviews in the name of a person: ours are known, and theirs are heard. */
import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import { jira } from "@/server/providers/jira.ts";
import { linear } from "@/server/providers/linear.ts";
import { reactionId } from "@/server/providers/linear/outgoing.ts";
import { openPart } from "@/server/providers/markdown_out.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { slack } from "@/server/providers/slack.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import type { WebhookChange } from "@/tests/helpers/webhooks.ts";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { sending } from "@/tests/workers/reply_rows.ts";
import { type Change, hear, posting, SERVICES } from "./own_scene.ts";

/** Works on whatever happens. */
const watch = {
  name: "watch",
  trigger: "*",
  action: "create_task",
  run_for: "anyone",
  template: "Look at it.",
} as const;

/** A machine that speaks at GitHub and, below one address, at all other services. */
async function speaking() {
  const services = startServiceRecorder();
  const m = await sending();
  const at = (name: string) => ({ base_url: `${services.url}/${name}`, token: "t" });
  Object.assign(m.worker.connections, {
    gitlab: at("gitlab"),
    linear: at("linear"),
    slack: at("slack"),
  });
  return {
    ...m,
    services,
    async [Symbol.asyncDispose]() {
      await m[Symbol.asyncDispose]();
      await services.close();
    },
  };
}

interface Deed {
  name: string;
  provider: Provider;
  kind: "label" | "reaction";
  body: string;
  sample: string;
  own_name: string;
  /** how the service tells of it */
  told: Change;
  /** the same by the same person at another place, or with another label */
  other: Change;
}

const GITLAB_ISSUE = { name: "GitLab", provider: gitlab, sample: "labelled", own_name: "nora" };
const awarded = (p: Parameters<Change>[0], headers: Record<string, string>, note_id: number) => {
  headers["x-gitlab-event"] = "Emoji Hook";
  p.object_kind = p.event_type = "emoji";
  p.issue = p.object_attributes;
  p.note = { id: note_id };
  p.object_attributes = { id: 1, action: "award", awardable_type: "Note", awardable_id: note_id };
};

const reacted = (p: Parameters<Change>[0], comment_id: string) => {
  const issue_id: string = p.data.issueId;
  const id = reactionId({ issue_id, comment_id: "comment-77" }, "eyes");
  p.type = "Reaction";
  p.data = {
    id: comment_id === "comment-77" ? id : "by-hand",
    commentId: comment_id,
    issueId: issue_id,
  };
};

const DEEDS: Deed[] = [{
  name: "GitHub",
  provider: github,
  sample: "labeled",
  own_name: "nora",
  kind: "label",
  body: '["agent","Later"]',
  told: (p) => p.label.name = "later",
  other: (p) => p.label.name = "urgent",
}, {
  ...GITLAB_ISSUE,
  kind: "label",
  body: '["agent","later"]',
  told: () => {},
  other: (p) => p.changes.labels.current.push({ title: "urgent" }),
}, {
  ...GITLAB_ISSUE,
  kind: "reaction",
  body: "eyes",
  told: (p, headers) => awarded(p, headers, 77),
  other: (p, headers) => awarded(p, headers, 78),
}, {
  name: "Linear",
  provider: linear,
  sample: "comment",
  own_name: "nora",
  kind: "reaction",
  body: "eyes",
  told: (p) => reacted(p, "comment-77"),
  other: (p) => reacted(p, "comment-78"),
}, {
  name: "Slack",
  provider: slack,
  sample: "reaction_added",
  own_name: "U0NORA",
  kind: "reaction",
  body: "eyes",
  told: () => {},
  other: (p) => p.event.item.ts = "1700000000.000900",
}];

/** Where our deed goes: the place that the delivery itself names. */
function placeOf({ provider, sample, told }: Deed): Record<string, unknown> {
  const made = provider.sample(sample, "secret", undefined, new Date());
  const payload = JSON.parse(made.body);
  const headers = { ...made.headers };
  told(payload, headers);
  const reading = provider.read(
    new Headers(headers),
    new TextEncoder().encode(JSON.stringify(payload)),
  );
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const note = payload.note ? { note_id: payload.note.id } : {};
  return { ...reading.event.reply_target, ...note };
}

for (const deed of DEEDS) {
  const { name, provider, kind, body, sample, own_name, told, other } = deed;

  Deno.test(`${name}: a ${kind} of ours is ours, and the person's is heard`, async () => {
    await using m = await speaking();
    const webhook: WebhookChange = { own_name, commands: [watch] };
    const hears = (change: Change) => hear(m.db, provider, sample, webhook, change);
    assert.equal((await hears(told)).tasks, 1, "before we did anything");
    const id = await m.reply({ provider: provider.name, kind, body, target: placeOf(deed) });
    assert.equal((await m.send(id)).status, "sent");
    const ours = await hears(told);
    assert.deepEqual([ours.outcome, ours.trust], ["ignored", "self"], ours.reason ?? "");
    const unknown = await hear(m.db, provider, sample, { ...webhook, own_name: null }, told);
    assert.equal(unknown.trust, "self", "also while we do not know who we are there");
    assert.equal((await hears(other)).tasks, 1, "the person's own");
    await m.db.sql`update replies set sent_at = now() - interval '61 min' where reply_id = ${id}`;
    assert.equal((await hears(told)).tasks, 1, "once more, by the person, later on");
  });
}

Deno.test("a label is noted before it is set: the provider may tell of it at once", async () => {
  await using m = await speaking();
  const [deed] = DEEDS;
  const id = await m.reply({ kind: "label", body: deed.body, target: placeOf(deed) });
  m.github.failNext("POST", /labels$/, () => new Response("Bad Gateway", { status: 502 }));
  assert.equal((await m.send(id)).status, "pending");
  const webhook: WebhookChange = { own_name: "nora", commands: [watch] };
  assert.equal((await hear(m.db, github, "labeled", webhook, deed.told)).trust, "self");
});

Deno.test("GitHub makes a review around a comment in a thread: it says nothing, and is ours", async () => {
  await using t = await testDatabase();
  const webhook: WebhookChange = { own_name: "nora", commands: [watch] };
  const review = (state: string, body: string | null): Change => (p, headers) => {
    headers["x-github-event"] = "pull_request_review";
    p.action = "submitted";
    const side = { repo: { full_name: "harbour/tea-shop" } };
    p.pull_request = { ...p.issue, head: side, base: side };
    p.review = { id: p.comment.id, body, user: p.comment.user, author_association: "OWNER", state };
    delete p.issue;
    delete p.comment;
  };
  const hears = (change: Change) => hear(t.db, github, "pull_request_comment", webhook, change);
  const around = await hears(review("commented", null));
  assert.deepEqual([around.outcome, around.trust], ["ignored", "self"]);
  assert.equal((await hears(review("approved", null))).outcome, "accepted", "the person approves");
  const asked = await hears(review("commented", "@agent review"));
  assert.equal(asked.outcome, "accepted", "the person asks");
});

Deno.test("our own comment is no answer to our question, even where Jira loses the marker", async () => {
  await using t = await testDatabase();
  const cloud = SERVICES.find(({ name }) => name === "Jira Cloud")!;
  const ask = { name: "choose", action: "ask", template: "Which one?" } as const;
  const service = { ...cloud, webhook: { ...cloud.webhook, commands: [ask] } };
  const { part, isOut } = await posting(t.db, service, "@agent choose");
  assert.ok(!openPart(part).markdown.includes("<!--"), "nothing in it tells");
  const hears = (change: Change) => hear(t.db, jira, "comment", service.webhook, change);
  const early = await hears(service.ours(200, part));
  assert.deepEqual([early.outcome, early.trust], ["ignored", "self"]);
  assert.match(early.reason!, /sending a comment of ours here right now/);
  await isOut(200);
  assert.equal((await hears(service.ours(200, part))).outcome, "ignored");
  const answer = await hears(service.comment(201, "The second one."));
  assert.deepEqual([answer.outcome, answer.tasks], ["accepted", 1], "the person answers");
});
