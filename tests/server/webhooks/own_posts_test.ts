/** With the token of a person: what they write is heard, what we post in their name is not. */
import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import type { Database } from "@/db/client.ts";
import { github } from "@/server/providers/github.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import { marker } from "@/server/providers/markdown_out.ts";
import { originOf } from "@/server/webhooks/matching/origin.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { type WebhookChange, webhookOf } from "@/tests/helpers/webhooks.ts";
import { type Change, hear, posting, type Service, SERVICES } from "./own_scene.ts";
import { commentOf, readEvent } from "./samples.ts";

/** A webhook that works on whatever is written or changed, so that nothing but `self` keeps it quiet. */
const listening = (service: Service): WebhookChange => ({
  ...service.webhook,
  commands: [{
    name: "watch",
    trigger: "*",
    action: "create_task",
    run_for: "anyone",
    template: "Look at it.",
  }],
});

for (const service of SERVICES) {
  const { name, provider, sample, webhook, comment, ours, edited, by_another } = service;

  Deno.test(`${name}: a person is heard under the account whose token we use`, async () => {
    await using t = await testDatabase();
    const asked = await hear(t.db, provider, sample, webhook, comment(1, "@agent analyze this"));
    assert.deepEqual([asked.outcome, asked.trust, asked.tasks], ["accepted", "trusted", 1]);
    if (!webhook.own_name) return;
    const [mention] = provider.mentions(webhook.own_name);
    const by_name = await hear(t.db, provider, sample, webhook, comment(2, `${mention} plan that`));
    assert.deepEqual([by_name.outcome, by_name.tasks], ["accepted", 1], "a mention of us");
  });

  Deno.test(`${name}: our comment is ours, before its id is noted and after`, async () => {
    await using t = await testDatabase();
    const { part, isOut } = await posting(t.db, service);
    const back = () => hear(t.db, provider, sample, listening(service), ours(200, part));
    const early = await back();
    assert.deepEqual([early.outcome, early.trust], ["ignored", "self"], early.reason ?? "");
    await isOut(200);
    const late = await back();
    assert.deepEqual([late.outcome, late.trust], ["ignored", "self"], late.reason ?? "");
    assert.match(late.reason!, provider.name === "slack" ? /who we are/ : /our own.*outbox/);
    const next = await hear(t.db, provider, sample, webhook, comment(201, "@agent analyze it"));
    assert.deepEqual([next.outcome, next.tasks], ["accepted", 1], "the person goes on");
  });

  Deno.test(`${name}: what is quoted or pasted from us is the person's own`, async () => {
    await using t = await testDatabase();
    const { part, isOut } = await posting(t.db, service);
    await isOut(200);
    const quote = part.split("\n").map((line) => `> ${line}`).join("\n");
    const texts = [
      `${quote}\n\n@agent analyze this`,
      `${part}\n\n@agent plan it`,
      `@agent plan what it says:\n${part}`,
    ];
    for (const [i, text] of texts.entries()) {
      const said = await hear(t.db, provider, sample, webhook, comment(300 + i, text));
      assert.deepEqual([said.outcome, said.trust, said.tasks], ["accepted", "trusted", 1], text);
    }
  });

  Deno.test(`${name}: we change our comment; others may change it, too`, async () => {
    await using t = await testDatabase();
    const { part, isOut } = await posting(t.db, service);
    await isOut(200);
    const changed = [ours(200, part), edited];
    const by_us = await hear(t.db, provider, sample, listening(service), ...changed);
    assert.deepEqual([by_us.outcome, by_us.trust], ["ignored", "self"], by_us.reason ?? "");
    // Sentry does not tell who we are there, so whatever happens to our comment counts as ours
    if (!webhook.own_name) return;
    const others = [...changed, by_another];
    const by_them = await hear(t.db, provider, sample, listening(service), ...others);
    assert.notEqual(by_them.trust, "self");
    const own_words = [comment(500, "I had a typo here"), edited];
    const by_person = await hear(t.db, provider, sample, listening(service), ...own_words);
    assert.equal(by_person.outcome, "accepted", "their own comment");
  });
}

Deno.test("whose account the token is of makes nobody trusted: GitLab has to be told", async () => {
  await using t = await testDatabase();
  const asked = await hear(t.db, gitlab, "issue_note", { own_name: "nora" });
  assert.deepEqual([asked.outcome, asked.trust], ["ignored", "untrusted"]);
  assert.match(asked.reason!, /GITLAB_TRUSTED_USERS may name them/);
});

Deno.test("who we are at Jira is not known: the ids still tell", async () => {
  await using t = await testDatabase();
  const service = SERVICES.find(({ name }) => name === "Jira Cloud")!;
  const unknown = { ...service, webhook: { ...service.webhook, own_name: null } };
  const { part, isOut } = await posting(t.db, unknown);
  await isOut(200);
  const ours = service.ours(200, part);
  assert.equal(
    (await hear(t.db, service.provider, "comment", unknown.webhook, ours)).trust,
    "self",
  );
});

Deno.test("a later part is known by its own marker, and a copy of it is none", async () => {
  await using t = await testDatabase();
  const [service] = SERVICES;
  const { part, isOut } = await posting(t.db, service);
  await isOut(200);
  const second = part.replace(/ -->/, ".2 -->");
  const hears = (id: number, text: string) =>
    hear(t.db, github, "issue_comment", listening(service), service.comment(id, text));
  assert.equal((await hears(201, second)).trust, "self", "it is being sent");
  assert.equal((await hears(202, part)).trust, "trusted", "the first one is out elsewhere");
});

Deno.test("nobody hides a word of somebody else with a marker, and a stranger's is no proof", async () => {
  await using t = await testDatabase();
  const [service] = SERVICES;
  const { part } = await posting(t.db, service);
  const { comment, by_another } = service;
  const copied = comment(400, `${part}\n\n@agent plan it`);
  const by_sam = await hear(t.db, github, "issue_comment", service.webhook, copied, by_another);
  assert.equal(by_sam.trust, "trusted", "known to be of another account: a copy");
  const next = await hear(
    t.db,
    github,
    "issue_comment",
    service.webhook,
    comment(401, "@agent plan"),
  );
  assert.equal(next.tasks, 1);
});

Deno.test("bots stay out, whatever they write", async () => {
  await using t = await testDatabase();
  const bots = {
    "its type": { id: 5, login: "helper", type: "Bot" },
    "its login": { id: 5, login: "helper[bot]", type: "User" },
    "our app": { id: 5, login: "nora[bot]", type: "Bot" },
  };
  for (const [what, user] of Object.entries(bots)) {
    const by_bot: Change = (p) => p.comment.user = p.sender = user;
    const heard = await hear(t.db, github, "issue_comment", { own_name: "nora[bot]" }, by_bot);
    assert.deepEqual([heard.outcome, heard.tasks], ["ignored", 0], what);
    assert.equal(heard.trust, what === "our app" ? "self" : "bot", what);
  }
});

Deno.test("a marker that names nothing of ours is another installation's", async () => {
  await using t = await testDatabase();
  for (const service of SERVICES.filter(({ name }) => /GitHub|GitLab|Sentry/.test(name))) {
    const { provider, sample, comment, edited, by_another } = service;
    const theirs = comment(600, `${marker(newId())}\nDone. @agent plan the rest`);
    for (const more of [[], [by_another], [edited]]) {
      const heard = await hear(t.db, provider, sample, listening(service), theirs, ...more);
      assert.deepEqual([heard.outcome, heard.trust], ["ignored", "bot"], service.name);
      assert.match(heard.reason!, /posted by another installation of this agent/);
    }
  }
});

Deno.test("the outbox is asked only where the account or a marker hints at us", async () => {
  const unasked = {
    get sql(): never {
      throw new Error("it was asked");
    },
  } as unknown as Database;
  const webhook = webhookOf(github, { own_name: "octo-agent" });
  const usual = [
    readEvent("issue_comment", commentOf("@agent plan")),
    readEvent("issue_comment", commentOf(`> ${marker(newId())}\n@agent plan`)),
    readEvent("issue_comment", { ...commentOf("@agent plan"), action: "edited" }),
    readEvent("push", { ref: "refs/heads/main" }),
  ];
  for (const event of usual) assert.equal(await originOf(unasked, webhook, event), null);
  const hints = [
    [readEvent("issue_comment", commentOf(`${marker(newId())}\nHello`)), webhook],
    [usual[0], webhookOf(github, { own_name: "Codertocat" })],
  ] as const;
  for (const [event, at] of hints) await assert.rejects(originOf(unasked, at, event), /asked/);
});
