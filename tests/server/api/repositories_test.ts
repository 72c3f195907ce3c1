import assert from "node:assert/strict";
import { keepLook, listRepositories, repositoryFor } from "@/db/repositories.ts";
import * as pages from "@/server/pages.tsx";
import { testServer } from "@/tests/helpers/server.ts";
import { createdWebhook } from "@/tests/server/webhooks_api/scene.ts";

const NAME = "github:harbour/tea-shop";
const TOLD = {
  default_branch: "main",
  archived: false,
  can: ["push branches"],
  cannot: [{ what: "open pull requests", why: "the app lacks it", stops: "changes" as const }],
  notes: [],
};

Deno.test("repositories are those that webhooks name and tasks have used, once each", async () => {
  await using s = await testServer({ deps: { pages } });
  const webhook = await createdWebhook(s);
  const named = await s.call("PUT", `/api/webhooks/${webhook.id}`, { repository: NAME });
  assert.equal(named.status, 200, named.text);
  const { repository_id } = await repositoryFor(s.db, {
    provider: "github",
    name: "Harbour/Tea-Shop",
  });
  await repositoryFor(s.db, { provider: "github", name: "harbour/coffee" });
  await keepLook(s.db, repository_id, { preflight: TOLD, error: null });
  const { json: { items } } = await s.call("GET", "/api/repositories");
  assert.deepEqual(items.map(({ name }: { name: string }) => name), [
    "harbour/coffee",
    "Harbour/Tea-Shop",
  ]);
  assert.deepEqual(items[1].preflight, TOLD);
  assert.ok(items[1].looked_at);
});

Deno.test("who wants to look is answered at once, and a worker is asked to", async () => {
  await using s = await testServer({ deps: { pages }, env: { REPOSITORIES: "github:harbour/*" } });
  const { status, json } = await s.call("POST", "/api/repositories/look", { repository: NAME });
  assert.deepEqual([status, json.looked_at], [202, null]);
  assert.ok(json.look_wanted_at);
  const jobs = await s.db.sql`select from pgboss.job where name = 'look_at_repository'`;
  assert.equal(jobs.length, 1);
  const [row] = await listRepositories(s.db);
  const told = await keepLook(s.db, row.repository_id, { preflight: null, error: "busy" });
  assert.deepEqual([told!.look_wanted_at, told!.preflight_error], [null, "busy"]);
});

Deno.test("what is fetched beside a repository is allowed there, and in the audit log", async () => {
  await using s = await testServer({ deps: { pages }, env: { REPOSITORIES: "github:harbour/*" } });
  const allow = (body: unknown) => s.call("PUT", "/api/repositories", body);
  const { json } = await allow({ repository: NAME, submodules: true });
  assert.deepEqual([json.submodules, json.lfs], [true, false]);
  assert.equal((await allow({ repository: NAME, lfs: true })).json.submodules, true);
  const lines = await s.db.sql`
    select subject, detail from audit where action = 'repository.allow' order by audit_id`;
  assert.deepEqual(lines.map(({ subject, detail }) => [subject, detail]), [
    [NAME, { submodules: true, lfs: false }],
    [NAME, { submodules: true, lfs: true }],
  ]);
  for (const repository of ["github:else/where", "no name", "nowhere:a/b"]) {
    assert.equal((await allow({ repository, lfs: true })).status, 422, repository);
  }
  assert.equal((await allow({ repository: NAME, hooks: true })).status, 422);
  assert.equal((await listRepositories(s.db)).length, 1);
});
