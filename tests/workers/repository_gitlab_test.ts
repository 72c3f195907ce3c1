/** A comment at GitLab, from its payload to the code in the folder of its task. */
import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { getTask } from "@/db/tasks.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { custom } from "@/server/providers/custom.ts";
import { jira } from "@/server/providers/jira.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { slack } from "@/server/providers/slack.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { webhookOf } from "@/tests/helpers/webhooks.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { makeRepository, serveRepositories } from "@/tests/workers/git_server.ts";
import { runTask } from "@/workers/run_task.ts";
import { sourceOf } from "@/workers/repository/source.ts";

const TOKEN = "glpat-thisIsNotARealToken";
const PROJECT = "harbour/tea/shop";
const MERGE_REQUEST = 14;

const COMMITS = `
  echo 'the word is marigold' > garden.txt && git add -A && git commit -q -m first
  git checkout -q -b change && echo 'the word is nasturtium' > garden.txt
  git commit -q -a -m change && git update-ref refs/merge-requests/${MERGE_REQUEST}/head HEAD
  git checkout -q trunk && git branch -q -D change
`;
const GREP = '[[tool:Grep:{"pattern":"the word is","output_mode":"content"}]]';

/** What a sample writes down at a webhook that trusts everybody who may be trusted. */
function recordOf(
  provider: Provider,
  sample: string,
  text: string,
  change = (body: string) => body.replaceAll("harbour/tea-shop", PROJECT),
) {
  const { headers, body } = provider.sample(sample, SECRETS[provider.name], text, new Date());
  const bytes = new TextEncoder().encode(change(body));
  const reading = provider.read(new Headers(headers), bytes);
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const webhook = webhookOf(provider, { settings: { trusted_users: ["*"] } });
  return decide(matchDelivery(webhook, reading), {
    headers,
    body: bytes,
    received_at: new Date(),
    question: null,
    replay_of: null,
    public_url: "http://127.0.0.1:8000",
  }).record;
}

const WHSEC = `whsec_${btoa("a secret of thirty-two bytes ...")}`;
const SECRETS: Record<string, string> = {
  gitlab: WHSEC,
  custom: WHSEC,
  slack: "0123456789abcdef0123456789abcdef",
  jira: "a secret of the tests",
  sentry: "a secret of the tests",
};

async function scene(token: string | null = TOKEN) {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "agent-repositories-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(`${folder}/harbour/tea`, { recursive: true });
  await makeRepository(folder, PROJECT, COMMITS);
  const git = stack.use(serveRepositories(folder, TOKEN, "oauth2"));
  const env = { GITLAB_URL: git.url, ...(token ? { GITLAB_TOKEN: token } : {}) };
  const m = stack.use(await machine({ env }));
  const worker = await m.worker();
  return {
    git,
    model: m.model,
    async run(sample: string, text: string, change?: (body: string) => string) {
      const record = recordOf(gitlab, sample, text, change);
      const { task_ids: [task_id] } = await acceptDelivery(m.db, record);
      await runTask(worker, task_id, 0);
      const rows = await m.db.sql`
        select kind, text from task_output where task_id = ${task_id} order by seq`;
      return { task: (await getTask(m.db, task_id))!, rows, metadata: record.tasks[0] };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a review of a merge request reads its head, in a project of nested groups", async () => {
  await using s = await scene();
  const review = await s.run("merge_request_note", `@agent review ${GREP}`);
  assert.deepEqual([review.task.status, review.task.error], ["completed", null]);
  assert.match(review.rows[0].text, /^Fetched harbour\/tea\/shop, merge-requests\/14\/head at /);
  const found = review.rows.find(({ kind }) => kind === "tool_result")!;
  assert.match(found.text, /the word is nasturtium/, "the head of the merge request");
  const { number, is_pull_request } = review.task.source_metadata;
  assert.deepEqual([number, is_pull_request], [MERGE_REQUEST, true]);
  assert.ok(s.git.seen.every((header) => header === `Basic ${btoa(`oauth2:${TOKEN}`)}`));
  const asked = JSON.stringify(s.model.requests.map(({ body }) => body));
  assert.ok(!asked.includes(TOKEN) && !asked.includes(btoa(`oauth2:${TOKEN}`)));

  const analysis = await s.run("issue_note", `@agent analyze ${GREP}`);
  const branch = analysis.rows.find(({ kind }) => kind === "tool_result")!;
  assert.match(branch.text, /the word is marigold/, "the default branch for an issue");
  assert.equal(analysis.task.source_metadata.is_pull_request, false);
  assert.equal(analysis.task.source_metadata.number, 12);
});

Deno.test("a review without access to the project fails with the reason", async () => {
  await using s = await scene(null);
  const { task } = await s.run("merge_request_note", "@agent review");
  assert.equal(task.status, "failed");
  assert.match(task.error!, /harbour\/tea\/shop could not be fetched: .*the token is missing/);
  // an epic is in no project, and a hook's own template may leave it out
  const of_none = (payload: string) => payload.replaceAll(/"path_with_namespace":"[^"]*",?/g, "");
  const other = await s.run("merge_request_note", "@agent review", of_none);
  assert.equal(other.task.status, "failed");
  assert.match(other.task.error!, /needs the code of a repository, and it came from none/);
  assert.equal(s.model.requests.length, 0, "the model was not asked");
});

Deno.test("a review needs the repository only where the provider has repositories", () => {
  const review = (provider: Provider, sample: string) => {
    const { tasks } = recordOf(provider, sample, "@agent review");
    assert.equal(tasks.length, 1, provider.name);
    return tasks[0].requires_repository;
  };
  assert.equal(review(gitlab, "merge_request_note"), true);
  assert.equal(review(jira, "comment"), false);
  assert.equal(review(slack, "app_mention"), false);
  assert.equal(review(sentry, "comment"), false);
  assert.equal(review(custom, "message"), false);
});

Deno.test("only what is a repository's path becomes an address that the token goes to", () => {
  const urls = { github: "https://github.com", gitlab: "https://example.com/git" };
  const url = (provider: string, repository: unknown, more = {}) =>
    sourceOf(urls, { provider, repository, ...more })?.url ?? null;
  assert.equal(url("github", "octo/hello.js"), "https://github.com/octo/hello.js.git");
  assert.equal(url("gitlab", "a/b/c/d"), "https://example.com/git/a/b/c/d.git");
  assert.equal(url("gitlab", "a/.b"), "https://example.com/git/a/.b.git");
  for (const name of ["a/..", "../a", "a/./b", "a/../../b", "a//b", "a/b?x", "a/b#x", "a@b/c"]) {
    assert.equal(url("gitlab", name), null, name);
    assert.equal(url("github", name), null, name);
  }
  for (const name of ["a", "", null, 7, "a /b", "/a/b", "a/b/", "a\\b/c"]) {
    assert.equal(url("gitlab", name), null, String(name));
  }
  assert.equal(url("github", "a/b/c"), null, "GitHub has no groups");
  assert.equal(url("gitlab", "a/b", { repository_id: "group:7" }), null, "a group is no project");
  assert.equal(url("slack", "a/b"), null);
  assert.equal(url("__proto__", "a/b"), null);
  const pull = { repository: "a/b", number: 7, is_pull_request: true };
  const ref = (provider: string) => sourceOf(urls, { provider, ...pull })?.ref;
  assert.deepEqual(ref("github"), "pull/7/head");
  assert.deepEqual(ref("gitlab"), "merge-requests/7/head");
});
