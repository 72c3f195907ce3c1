/** Which repository work is about: named by somebody, and among those that may be used. */
import assert from "node:assert/strict";
import { readMapping, readRepository, repositoryText } from "@/db/nouns/repository_name.ts";
import { providers } from "@/server/providers/mod.ts";
import { isAllowed } from "@/server/repositories/allowed.ts";
import { placeIn } from "@/server/repositories/asked_place.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { type WebhookChange, webhookOf } from "@/tests/helpers/webhooks.ts";

const SECRET = "whsec_d2hhdCB0aGUgc2FtcGxlcyBhcmUgc2lnbmVkIHdpdGg=";
const ref = (text: string) => {
  const read = readRepository(text);
  assert.ok(read.ok, text);
  return read.repository;
};

interface Asked extends WebhookChange {
  sample?: string;
  /** what other webhooks name */
  named?: string[];
  patterns?: string[];
}

/** What comes of words at a provider: the repository, or what is answered. */
function asked(provider_name: string, text: string, how: Asked = {}) {
  const provider = providers.get(provider_name)!;
  const sample = provider.sample(how.sample ?? "comment", SECRET, text, new Date());
  const headers = new Headers(sample.headers);
  const body = new TextEncoder().encode(sample.body);
  const reading = provider.read(headers, body);
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const webhook = webhookOf(provider, {
    ...how,
    settings: {
      trusted_users: ["*"],
      repositories: how.patterns ?? null,
      named_repositories: () => (how.named ?? []).map(ref),
    },
  });
  const found = { question: null, situation: null, replay_of: null, headers, body };
  const { record } = decide(matchDelivery(webhook, reading), {
    ...found,
    received_at: new Date(),
    public_url: "http://127.0.0.1:8000",
  });
  const [workflow] = record.workflows;
  const { delivery, replies, tasks } = record;
  return {
    at: workflow?.repository ? repositoryText(workflow.repository) : null,
    said: replies.filter(({ kind }) => kind === "comment").map(({ body }) => body).join(),
    notes: delivery.notes.join("\n"),
    reason: delivery.reason,
    tasks: tasks.length,
  };
}

const MAPPED = {
  repository: "github:octo/all",
  repositories: [
    "TEA = github:octo/tea@main",
    "c0teashop = github:octo/slack",
    "tea-shop = gitlab:group/sub/tools",
  ],
};
const named = [MAPPED.repository, ...MAPPED.repositories.map((line) => line.split(" = ")[1])];

Deno.test("the payload's own repository is meant, whatever else is named", () => {
  const webhook = MAPPED;
  assert.equal(asked("github", "@agent fix it", { sample: "issue_comment", webhook }).at, OWN);
  assert.equal(asked("gitlab", "@agent fix it", { sample: "issue_note" }).at, GITLAB);
  const other = asked("github", "@agent fix it in octo/other", {
    sample: "issue_comment",
    named: ["github:octo/other"],
  });
  assert.equal(other.at, OWN);
  assert.match(other.notes, /the work is about harbour\/tea-shop, where it was asked for/);
});

const OWN = "github:harbour/tea-shop";
const GITLAB = "gitlab:harbour/tea-shop";

Deno.test("else the asker's, then the command's, the project's and the webhook's", () => {
  const webhook = MAPPED;
  const how = { webhook, named: [...named, "github:octo/asked"] };
  const commands = [{ name: "mend", requires_approval: true, repository: "github:octo/command" }];
  for (
    const [provider, text, at, more] of [
      ["jira", "@agent fix it in github:octo/asked@next", "github:octo/asked@next", {}],
      ["jira", "@agent fix in octo/asked", "github:octo/asked", {}],
      ["linear", "@agent fix in octo/asked: the greeting", "github:octo/asked", {}],
      ["jira", "@agent mend it", "github:octo/command", {
        commands,
        named: [...how.named, "github:octo/command"],
      }],
      ["jira", "@agent fix it", "github:octo/tea@main", {}],
      ["slack", "@agent fix it", "github:octo/slack", { sample: "app_mention" }],
      ["sentry", "@agent fix it", "gitlab:group/sub/tools", {}],
      ["custom", "@agent fix it", "github:octo/all", { sample: "message" }],
    ] as const
  ) {
    assert.equal(asked(provider, text, { ...how, ...more } as Asked).at, at, `${provider} ${text}`);
  }
});

Deno.test("where nothing names one it is asked for, and nothing starts", () => {
  const { at, tasks, said, reason } = asked("jira", "@agent fix it");
  assert.deepEqual([at, tasks], [null, 0]);
  assert.match(said, /^Which repository is this about\? .*`@agent fix … in github:owner\/name`/);
  assert.match(reason!, /^fix: nothing says which repository/);
  const steps = ["brain", "planning"] as const;
  const looked = asked("jira", "@agent look", { commands: [{ name: "look", steps: [...steps] }] });
  assert.equal(looked.tasks, 1, "what changes nothing needs none");
});

Deno.test("one that tasks may not use is refused by name", () => {
  const refused = (text: string, how: Asked = {}, provider = "jira") => {
    const { at, tasks, said } = asked(provider, text, how);
    assert.deepEqual([at, tasks], [null, 0], text);
    return said;
  };
  assert.match(
    refused("@agent fix it in github:evil/x"),
    /`github:evil\/x` is not among .*REPOSIT/,
  );
  assert.match(refused("@agent fix it in evil/x"), /`evil\/x` is not among the repositories/);
  assert.match(refused("@agent fix in jira:evil/x"), /no repositories at jira, only at github/);
  assert.match(refused("@agent fix in github:octo/tea@--x", { named }), /that git does not allow/);
  const patterns = ["github:octo/*"];
  const own = { sample: "issue_comment", patterns };
  assert.match(refused("@agent fix it", own, "github"), /`github:harbour\/tea-shop` is not among/);
  assert.match(refused("@agent fix it", { webhook: MAPPED, patterns }, "sentry"), /not among/);
  assert.equal(asked("jira", "@agent fix it in octo/any", { patterns }).at, "github:octo/any");
});

Deno.test("a path is no repository where the settings name one", () => {
  const how = { webhook: MAPPED, named };
  const { at, notes } = asked("jira", "@agent fix the typo in src/main.ts", how);
  assert.equal(at, "github:octo/tea@main");
  assert.match(notes, /`src\/main\.ts` names no repository that tasks may use: read as words/);
});

Deno.test("the words behind `in` count at both ends, and nowhere else", () => {
  for (
    const [text, place] of [
      ["it in octo/hello", "octo/hello"],
      ["in octo/hello.", "octo/hello"],
      ["In `github:octo/hello@a/b`", "github:octo/hello@a/b"],
      ["in octo/hello, the greeting", "octo/hello"],
      ["it in octo/hello please", null],
      ["login", null],
      ["", null],
      ["in ../../etc", "../../etc"],
      ["in https://evil.example/o/n", null],
      [`in ${"a/".repeat(5000)}b`, null],
      [`in ${"in ".repeat(3000)}`, null],
    ] as const
  ) {
    assert.equal(placeIn(text), place, text.slice(0, 40));
  }
});

Deno.test("REPOSITORIES takes a star within a part only, and letters of any case", () => {
  const may = (text: string, ...patterns: string[]) =>
    isAllowed(ref(text), { patterns, named: () => [] });
  assert.ok(may("github:Octo/Hello", "github:octo/hello"));
  assert.ok(may("github:octo/hello-world", "github:octo/hello-*"));
  assert.ok(may("github:octo/hello", "gitlab:x/y", "github:*/hello"));
  assert.ok(!may("github:octo/hello/x", "github:octo/*"));
  assert.ok(!may("gitlab:octo/hello", "github:octo/*"));
  assert.ok(!may("github:octo/helloX", "github:octo/hello"));
  assert.ok(!may("github:octoXhello/x", "github:octo.hello/x"));
  assert.ok(!may("github:octo/hello", "github:*"));
  const line = readMapping(MAPPED.repositories[0]);
  assert.ok(!("problem" in line) && line.repository.branch === "main");
});
