/** Two installations of this system in one thread, each with the token of a person, end by themselves. */
import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import type { Connection } from "@/server/providers/provider.ts";
import type { WebhookChange } from "@/tests/helpers/webhooks.ts";
import { startJira } from "@/tests/server/providers/jira_recorder.ts";
import { sending } from "@/tests/workers/reply_rows.ts";
import { type Change, hear, type Service, SERVICES } from "./own_scene.ts";

/** More posts than this mean that nothing stops them. */
const ENDLESS = 60;

interface Post {
  id: number;
  text: string;
}

interface Who {
  service: Service;
  prefix: string;
  own_name: string;
  commands: WebhookChange["commands"];
  connection: Connection;
  /** how the service shows that this account wrote something */
  account: Change;
}

/** One installation: hears a comment at its own webhook, and posts what it has to say. */
async function installation({ service, prefix, own_name, commands, connection }: Who) {
  const { provider, sample, webhook } = service;
  const m = await sending({ command_prefix: prefix });
  m.worker.connections[provider.name] = connection;
  m.worker.own_names[provider.name] = own_name;
  const settings = { ...webhook.settings, command_prefix: prefix };
  const at = { ...webhook, own_name, settings, commands, webhook: { webhook_id: newId() } };
  return {
    ...m,
    hears: (...changes: Change[]) => hear(m.db, provider, sample, at, ...changes),
    async says(): Promise<void> {
      const rows = await m.db.sql<{ reply_id: string }[]>`
        select reply_id from replies where status = 'pending' order by reply_id`;
      for (const { reply_id } of rows) await m.send(reply_id);
    },
  };
}

/**
 * Everything that is posted is told to both, until nobody has anything to say; returns the posts
 * of both, and what was ignored for which reasons.
 */
async function talk(who: [Who, Who], posts: () => Post[], first: string) {
  await using one = await installation(who[0]);
  await using two = await installation(who[1]);
  const reasons = new Set<string>();
  const tell = async (id: number, text: string, by: Change) => {
    for (const agent of [one, two]) {
      const heard = await agent.hears(who[0].service.comment(id, text), by);
      if (heard.outcome === "ignored") reasons.add(heard.reason!);
    }
  };
  let told = 0;
  await tell(9_000, first, who[0].account);
  for (;;) {
    for (const [i, agent] of [one, two].entries()) {
      await agent.says();
      for (; told < posts().length; told++) {
        assert.ok(told < ENDLESS, "they go on and on");
        const { id, text } = posts()[told];
        await tell(id, text, who[i].account);
      }
    }
    const [{ n }] = await two.db
      .sql`select count(*)::int as n from replies where status = 'pending'`;
    const [{ n: m }] = await one.db
      .sql`select count(*)::int as n from replies where status = 'pending'`;
    if (n + m === 0) return { posts: posts(), reasons };
  }
}

const answering = (template: string, trigger: string | null = null) => ({
  name: "tell",
  template,
  trigger,
  action: "comment" as const,
  run_for: "anyone" as const,
});

/** Who works at GitHub, at the same stand-in. */
function atGithub(
  url: string,
  login: string,
  prefix: string,
  command: ReturnType<typeof answering>,
): Who {
  const user = { id: login === "nora" ? 9_000_010 : 9_000_012, login, type: "User" };
  return {
    service: SERVICES[0],
    prefix,
    own_name: login,
    commands: [command],
    connection: { base_url: url, token: `of ${login}` },
    account: (p) => p.comment.user = p.sender = user,
  };
}

Deno.test("each mentions the prefix of the other, and answers whatever is written: two posts", async () => {
  await using stand_in = await sending();
  const { comments, url } = stand_in.github;
  const nora = answering("@helper tell me more, `@helper` !helper tell", "issue_comment.created");
  const omar = answering("@agent tell me more", "issue_comment.created");
  const { posts, reasons } = await talk(
    [atGithub(url, "nora", "@agent", nora), atGithub(url, "omar", "!helper", omar)],
    () => comments.map(({ id, body }) => ({ id, text: body })),
    "@agent tell",
  );
  assert.equal(posts.length, 2, "one of each, about the words of the person");
  assert.match([...reasons].join("\n"), /another installation/);
  assert.ok(!posts.some(({ text }) => /@(?:agent|helper) tell/.test(text)), "no mention is alive");
});

Deno.test("where no marker comes back, no mention of ours is alive, and the hourly cap ends the rest", async () => {
  await using jira_stand_in = startJira({ name: "nora", key: "JIRAUSER10100" });
  const { base_url, comments } = jira_stand_in;
  const service = SERVICES.find(({ name }) => name === "Jira Data Center")!;
  const at = (
    name: string,
    key: string,
    prefix: string,
    command: ReturnType<typeof answering>,
  ) => ({
    service: { ...service, webhook: { settings: { trusted_users: ["*"], commands_per_hour: 5 } } },
    prefix,
    own_name: name,
    commands: [command],
    connection: { base_url, token: `of ${name}` },
    account: ((p) => p.comment.author = p.comment.updateAuthor = { name, key }) as Change,
  });
  const there = () => comments.map(({ id, body }) => ({ id: Number(id), text: String(body) }));
  const by_mention = await talk(
    [
      at("nora", "JIRAUSER10100", "@agent", answering("@helper tell me more")),
      at("omar", "JIRAUSER10102", "@helper", answering("@agent tell me more")),
    ],
    there,
    "@agent tell, and @helper tell",
  );
  assert.equal(by_mention.posts.length, 2, "one of each: the person asked both");
  comments.splice(0);
  const by_trigger = await talk(
    [
      at("nora", "JIRAUSER10100", "@agent", answering("Noted.", "comment_created")),
      at("omar", "JIRAUSER10102", "@helper", answering("Noted, too.", "comment_created")),
    ],
    there,
    "It broke.",
  );
  assert.match(
    [...by_trigger.reasons].join("\n"),
    /a post of our own[^]*more than 5 uses in an hour/,
  );
});
