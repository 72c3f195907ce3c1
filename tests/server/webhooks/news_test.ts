/** What happens to a pull request, its commit or a text is told to the work that is open on it. */
import assert from "node:assert/strict";
import type { Database } from "@/db/client.ts";
import { getDelivery } from "@/db/deliveries/list.ts";
import { allExamples, commentOf, example, type Payload, readEvent } from "./samples.ts";
import { readNews } from "@/server/providers/github/news.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { depsOf, post } from "./receive_scene.ts";

const REPOSITORY = "Codertocat/Hello-World";
const HEAD = "a".repeat(40);

/** Issue 1 is worked on, and pull request 2 came of it. */
async function open(db: Database) {
  const deps = depsOf(db, { own_name: "agent[bot]" });
  await post(deps, commentOf("@agent fix it"));
  const [{ workflow_id, flow_id }] = await db.sql`
    update workflows set status = 'waiting', waits_for = 'pull_request'
    returning workflow_id, flow_id`;
  await db.sql`insert into pull_requests ${
    db.sql({
      provider: "github",
      repository: REPOSITORY,
      number: 2,
      flow_id,
      workflow_id,
      url: "https://github.com/Codertocat/Hello-World/pull/2",
      state: "open",
      branch: "agent/1-it",
      base: "main",
      head: HEAD,
    })
  }`;
  const tell = async (event_type: string, change: (payload: Payload) => void = () => {}) => {
    const payload = example(event_type);
    change(payload);
    const { body } = await post(deps, payload, { event: event_type.split(".")[0] });
    const [news = null] = await db.sql`
      select kind, data, flow_id from flow_news where delivery_id = ${body.delivery_id}`;
    return { ...body, news, delivery: (await getDelivery(db, body.delivery_id))! };
  };
  return { tell, flow_id };
}

const ours = (p: Payload) => {
  p.pull_request.number = 2;
};

Deno.test("the end of its pull request is told, and starts nothing", async () => {
  await using t = await testDatabase();
  const { tell, flow_id } = await open(t.db);
  const merged = await tell("pull_request.closed", (p) => {
    ours(p);
    p.pull_request.merged = true;
  });
  assert.deepEqual([merged.outcome, merged.task_ids, merged.news.kind], ["accepted", [], "merged"]);
  assert.deepEqual([merged.news.flow_id, merged.delivery.flow_id], [flow_id, flow_id]);
  assert.equal(merged.news.data.number, 2);
  assert.deepEqual(merged.delivery.commands[0], {
    name: "news",
    matched: true,
    reason: `tells the flow ${flow_id}: its pull request was merged`,
  });
  const closed = await tell("pull_request.closed", (p) => {
    ours(p);
    p.pull_request.merged = false;
    p.pull_request.id = 77;
    p.pull_request.updated_at = "2026-01-01T00:00:00Z";
  });
  assert.equal(closed.news.kind, "closed");
  const [{ jobs }] = await t.db.sql`
    select count(*)::int as jobs from pgboss.job where name = 'follow_flow'`;
  assert.equal(jobs, 2);
  const flows = await t.db.sql`select flow_id from flows`;
  assert.equal(flows.length, 1, "it opens no flow of its own");
});

Deno.test("pushed commits, ended checks and edited texts are told with what they name", async () => {
  await using t = await testDatabase();
  const { tell } = await open(t.db);
  const pushed = await tell("pull_request.synchronize", (p) => {
    ours(p);
    p.pull_request.head.sha = "b".repeat(40);
  });
  assert.deepEqual([pushed.news.kind, pushed.news.data.commit], ["pushed", "b".repeat(40)]);
  const checks = await tell("check_run.completed", (p) => {
    p.check_run.head_sha = HEAD;
    p.check_run.pull_requests = [];
    p.check_run.conclusion = "failure";
  });
  assert.deepEqual([checks.news.kind, checks.news.data.conclusion], ["checks", "failure"]);
  const otherwise = await tell("check_run.completed", (p) => {
    p.check_run.head_sha = HEAD;
    p.check_run.pull_requests = [];
    p.check_run.conclusion = "success";
    p.repository.full_name = REPOSITORY.toLowerCase();
  });
  assert.equal(otherwise.news?.kind, "checks", "the case of a repository's name does not count");
  const edited = await tell("issues.edited", (p) => {
    p.issue.number = 1;
    p.issue.body = "Do something else.";
    p.changes = { body: { from: "It broke." } };
  });
  assert.deepEqual([edited.news.kind, edited.news.data.description], [
    "text_edited",
    "Do something else.",
  ]);
});

Deno.test("what is about anything else is ignored as before", async () => {
  await using t = await testDatabase();
  const { tell } = await open(t.db);
  const others = {
    "pull_request.closed": (p: Payload) => p.pull_request.number = 3,
    "check_run.completed": (p: Payload) => {
      p.check_run.head_sha = "c".repeat(40);
      p.check_run.pull_requests = [];
    },
    "issues.edited": (p: Payload) => p.issue.number = 9,
    "check_suite.completed": (p: Payload) => {
      p.repository.full_name = "octo/other";
      p.check_suite.head_sha = HEAD;
      p.check_suite.pull_requests = [];
    },
  };
  for (const [event_type, change] of Object.entries(others)) {
    const { outcome, news } = await tell(event_type, change);
    assert.deepEqual([outcome, news], ["ignored", null], event_type);
  }
});

Deno.test("work that has ended is told nothing, and what we did ourselves is no news", async () => {
  await using t = await testDatabase();
  const { tell } = await open(t.db);
  const by = (login: string) => (p: Payload) => {
    ours(p);
    p.sender.type = "Bot";
    p.sender.login = login;
  };
  const own = await tell("pull_request.closed", by("agent[bot]"));
  assert.deepEqual([own.outcome, own.news], ["ignored", null]);
  const other = await tell("pull_request.closed", by("merger[bot]"));
  assert.equal(other.news?.kind, "closed", "another bot may close it");
  await t.db.sql`
    update workflows set status = 'done', waits_for = null, end_text = 'x', ended_at = now()`;
  assert.equal((await tell("pull_request.reopened", ours)).outcome, "ignored");
});

Deno.test("a changed base, a pending check and odd payloads are no news", () => {
  const edited = { ...example("pull_request.synchronize"), action: "edited" };
  const changed = (changes: unknown) => readEvent("pull_request", { ...edited, changes }).news;
  assert.equal(changed({ base: { ref: { from: "main" } } }), null);
  assert.equal(changed({ title: { from: "x" } })?.kind, "text_edited");
  const odd = example("check_run.completed");
  odd.check_run.head_sha = "--upload-pack=x".padEnd(40, "x");
  assert.equal(readEvent("check_run", odd).news, null);
  const status = allExamples.find(({ name }) => name === "status")!.payload;
  assert.equal(readEvent("status", { ...status, state: "pending" }).news, null);
  assert.equal(readEvent("status", { ...status, state: "failure" }).news?.kind, "checks");
  assert.equal(readEvent("star", example("star.created")).news, null);
  assert.equal(readNews("toString", {}), null);
});
