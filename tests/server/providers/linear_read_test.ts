import assert from "node:assert/strict";
import { linear } from "@/server/providers/linear.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

const ISSUE_ID = "0a1b2c3d-0000-4000-8000-000000000001";
const COMMENT_ID = "77217de3-fb52-4dad-bb9a-b356beb93de8";
const NORA = { id: "user-nora", name: "Nora N.", email: "nora@tea.example" };
const PROFILE = "https://linear.app/tea/profiles/nora";

const issue = {
  id: ISSUE_ID,
  identifier: "TEA-12",
  title: "Totals are wrong",
  url: "https://linear.app/tea/issue/TEA-12/totals-are-wrong",
  team: { id: "team-1", key: "TEA", name: "Tea" },
};
const comment = {
  type: "Comment",
  action: "create",
  actor: { ...NORA, url: PROFILE, type: "user" },
  organizationId: "workspace-1",
  url: `${issue.url}#comment-77217de3`,
  webhookTimestamp: 1_770_091_506_789,
  data: {
    id: COMMENT_ID,
    body: "@agent analyze this",
    userId: NORA.id,
    user: NORA,
    issueId: ISSUE_ID,
    issue,
    updatedAt: "2026-02-03T04:05:06.000Z",
  },
};
const created = {
  ...comment,
  type: "Issue",
  url: issue.url,
  data: { ...issue, description: "@agent plan it", creatorId: NORA.id, updatedAt: "2026-02-03" },
};

function read(payload: unknown, delivery = "234d1a4e-b617-4388-90fe-adc3633d6b72") {
  const headers = new Headers({ "content-type": "application/json", "linear-delivery": delivery });
  return linear.read(headers, new TextEncoder().encode(JSON.stringify(payload)));
}

function event(payload: unknown): DeliveryEvent {
  const reading = read(payload);
  assert.ok(reading.kind === "event", JSON.stringify(reading));
  return reading.event;
}

const withData = (payload: typeof comment | typeof created, data: object) => ({
  ...payload,
  data: { ...payload.data, ...data },
});

Deno.test("a comment is read: who wrote what, on which issue, and where an answer goes", () => {
  const one = event(comment);
  assert.equal(one.event_type, "Comment.create");
  assert.equal(one.text, "@agent analyze this");
  assert.deepEqual(one.actor, { id: NORA.id, name: "nora", association: null, is_bot: false });
  assert.equal(one.instance, "workspace-1");
  assert.deepEqual(one.container, { id: "workspace", name: "TEA" });
  assert.deepEqual(one.object, {
    id: ISSUE_ID,
    kind: "issue",
    title: "Totals are wrong",
    url: issue.url,
    name: "TEA-12",
  });
  assert.equal(one.external_id, "TEA-12");
  assert.equal(one.text_url, comment.url);
  assert.equal(one.context?.title, "Totals are wrong");
  assert.deepEqual(one.reply_target, {
    issue_id: ISSUE_ID,
    comment_id: COMMENT_ID,
    thread_id: COMMENT_ID,
  });
  assert.deepEqual(one.signs, { ids: [COMMENT_ID], marker: null, kind: "unmarked" });
});

Deno.test("an answer in a thread goes below the comment that began it", () => {
  const { reply_target } = event(withData(comment, { parentId: "the-first" }));
  assert.equal(reply_target?.thread_id, "the-first");
  assert.equal(reply_target?.comment_id, COMMENT_ID);
});

Deno.test("a new issue's description is text, of the one who created it", () => {
  const one = event(created);
  assert.equal(one.text, "@agent plan it");
  assert.equal(one.text_key, `issue:${ISSUE_ID}`);
  assert.deepEqual(one.reply_target, { issue_id: ISSUE_ID, comment_id: null, thread_id: null });
  assert.equal(one.context?.author.id, NORA.id);
  const imported = event(withData(created, { creatorId: "somebody-else" }));
  assert.equal(imported.text, null);
  assert.match(imported.no_text_reason!, /somebody other/);
  assert.equal(imported.context?.author.id, "somebody-else");
  assert.match(event(withData(created, { description: null })).no_text_reason!, /no description/);
});

Deno.test("edits, removals and everything else create no text", () => {
  for (const action of ["update", "remove"]) {
    for (const payload of [comment, created]) {
      const one = event({ ...payload, action });
      assert.equal(one.text, null, one.event_type);
      assert.equal(one.text_key, null);
      assert.match(one.no_text_reason!, new RegExp(`^${payload.type}\\.${action} creates no text`));
    }
  }
  assert.equal(event({ ...created, action: "remove" }).reply_target, null);
});

Deno.test("a comment and its issue share a flow, wherever the issue moves", () => {
  const moved = { ...issue, identifier: "SHOP-3", team: { key: "SHOP" } };
  const flow = ({ instance, container, object }: DeliveryEvent) => [
    instance,
    container?.id,
    object?.id,
  ];
  assert.deepEqual(flow(event(comment)), flow(event(created)));
  assert.deepEqual(flow(event(comment)), flow(event(withData(comment, { issue: moved }))));
  const bare = withData(comment, { issue: undefined });
  assert.deepEqual(flow(event(bare)), flow(event(comment)));
  assert.equal(event(bare).object?.title, ISSUE_ID);
});

Deno.test("apps, integrations and people elsewhere are not taken for people of the workspace", () => {
  const by = (actor: object | null, data: object = {}) =>
    event({ ...withData(comment, data), actor }).actor;
  assert.equal(
    by({ id: "app-1", type: "OauthClient", name: "x" }, { userId: "app-1", user: { id: "app-1" } })
      .is_bot,
    true,
  );
  assert.equal(by({ id: "i", type: "integration" }, { botActor: '{"type":"slack"}' }).is_bot, true);
  const in_a_name = { id: "app-1", type: "integration" };
  assert.equal(by(in_a_name).is_bot, true, "in the name of a member, by an app");
  const issue_of = (action: string) =>
    event({ ...withData(created, { botActor: { type: "email" } }), action }).actor.is_bot;
  assert.deepEqual([issue_of("create"), issue_of("update")], [true, false]);
  const elsewhere = by({ id: "i", type: "user" }, {
    userId: null,
    user: null,
    externalUserId: "ext-1",
    externalUser: { id: "ext-1", name: "nora" },
  });
  assert.deepEqual([elsewhere.id, elsewhere.is_bot], ["ext-1", false]);
  assert.notEqual(elsewhere.name, "nora", "a name that is chosen freely is nobody's name");
  const nameless = event({ ...created, action: "update", actor: null }).actor;
  assert.match(nameless.name!, /does not name/);
});

Deno.test("a display name comes from the address of the profile alone", () => {
  const named = (url: string) => event({ ...comment, actor: { ...comment.actor, url } }).actor.name;
  assert.equal(named(PROFILE), "nora");
  assert.equal(named("https://linear.app.example/tea/profiles/nora"), NORA.id);
  assert.equal(named("https://linear.app/tea/issue/nora"), NORA.id);
  assert.equal(named("nowhere"), NORA.id);
  const profile = (name: string) => named(PROFILE.replace("nora", name));
  assert.equal(profile("jörg"), "jörg");
  assert.equal(profile("Nora%20N."), "Nora N.");
  for (const odd of ["%4eora%00", "%ff", "n%2Fora", "\u212aarl", "@nora"]) {
    assert.equal(profile(odd), NORA.id, odd);
  }
});

Deno.test("two webhooks of a workspace tell of one thing by one key", () => {
  const { dedupe_id, event_key, text_key } = event(comment);
  const second = read(comment, "0d2b8b6f-0000-4000-8000-000000000000");
  assert.ok(second.kind === "event");
  assert.notEqual(second.event.dedupe_id, dedupe_id);
  assert.deepEqual([second.event.event_key, second.event.text_key], [event_key, text_key]);
  const change = (updatedAt: string | null) =>
    event({ ...withData(created, { updatedAt }), action: "update" }).event_key;
  assert.notEqual(change("2026-02-03T04:05:07Z"), change("2026-02-03T04:05:08Z"));
  assert.equal(change(null), null);
});

Deno.test("reactions, projects and events without data are read as far as they go", () => {
  const reaction = event({
    ...comment,
    type: "Reaction",
    data: {
      id: "reaction-1",
      emoji: "eyes",
      commentId: COMMENT_ID,
      comment: { id: COMMENT_ID, issueId: ISSUE_ID },
    },
  });
  assert.deepEqual(reaction.signs, { ids: ["reaction-1"], marker: null, kind: "deed" });
  assert.equal(reaction.object?.id, ISSUE_ID);
  const project = event({ ...comment, type: "Project", data: { id: "p-1", name: "Roof" } });
  assert.deepEqual(project.object, { id: "p-1", kind: "project", title: "Roof", url: null });
  assert.equal(project.reply_target, null);
  const revoked = event({ type: "OAuthApp", action: "revoked", organizationId: "workspace-1" });
  assert.deepEqual([revoked.object, revoked.container], [null, null]);
});

Deno.test("addresses lead to Linear or nowhere", () => {
  for (const url of ["https://evil.example/x", "javascript:alert(1)", "https://a@linear.app/x"]) {
    const one = event({ ...withData(comment, { issue: { ...issue, url } }), url });
    assert.deepEqual([one.object?.url, one.text_url], [null, null], url);
  }
});

Deno.test("what is no event of Linear's is unreadable, with the reason", () => {
  const reason = (payload: unknown) => {
    const reading = read(payload);
    return reading.kind === "unreadable" ? reading.reason : null;
  };
  assert.match(reason({})!, /^type: /);
  assert.match(reason({ type: "Issue", action: "a b" })!, /^action: /);
  assert.match(reason([])!, /^the body: /);
  const unnamed = read(comment, "not an id!");
  assert.ok(unnamed.kind === "event" && unnamed.event.dedupe_id.startsWith("sha256:"));
});
