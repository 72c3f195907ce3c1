import assert from "node:assert/strict";
import { keepLook, listRepositories, repositoryFor } from "@/db/repositories.ts";
import { createApiToken } from "@/db/sessions.ts";
import * as pages from "@/server/pages.tsx";
import { PHONE } from "@/tests/helpers/browser.ts";
import { lookAt } from "@/tests/helpers/browser/look.ts";
import { opened } from "@/tests/helpers/browser/opened.ts";
import { testServer } from "@/tests/helpers/server.ts";

const CAN = ["push branches", "open pull requests", "start checks by GitHub Actions"];
const plain = { default_branch: "main", archived: false, can: CAN, cannot: [], notes: [] };

async function told(s: Awaited<ReturnType<typeof testServer>>, name: string, look: unknown) {
  const { repository_id } = await repositoryFor(s.db, { provider: "github", name });
  await keepLook(s.db, repository_id, look as Parameters<typeof keepLook>[2]);
}

Deno.test("somebody looks again and allows submodules on a phone, without JavaScript", async () => {
  await using s = await testServer({ deps: { pages } });
  await told(s, "harbour/tea-shop", { preflight: plain, error: null });
  await opened(s, async (page) => {
    await page.goto(`${s.url}/`);
    await page.getByRole("link", { name: "Repositories" }).click();
    await page.getByText("takes changes").waitFor();
    await page.getByLabel("submodules").check();
    await page.getByRole("button", { name: "Save for github:harbour/tea-shop" }).click();
    await page.getByText("takes changes").waitFor();
    assert.equal(await page.getByLabel("submodules").isChecked(), true);
    await page.getByRole("button", { name: "Look again at github:harbour/tea-shop" }).click();
    await page.getByText("a worker is asked to look").waitFor();
  }, { viewport: PHONE, javaScriptEnabled: false });
  const [row] = await listRepositories(s.db);
  assert.deepEqual([row.submodules, row.lfs], [true, false]);
});

Deno.test("the list reads itself again until the worker has looked; viewers see no buttons", async () => {
  await using s = await testServer({ deps: { pages } });
  await told(s, "harbour/tea-shop", { preflight: null, error: "the host is away" });
  await opened(s, async (page) => {
    await page.goto(`${s.url}/repositories`);
    await page.getByText("the host is away").waitFor();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("a worker is asked to look").waitFor();
    await told(s, "harbour/tea-shop", { preflight: plain, error: null });
    await page.getByText("takes changes").waitFor();
  });
  const vera = { name: "vera", role: "viewer", created_by: "admin" } as const;
  const { token } = await createApiToken(s.db, vera);
  await opened(s, async (page) => {
    await page.goto(`${s.url}/repositories`);
    await page.getByText("takes changes").waitFor();
    assert.equal(await page.locator("main button").count(), 0);
  }, { token });
});

Deno.test("repositories fit a phone, and their texts stand out in light and dark", async () => {
  await using s = await testServer({
    deps: { pages },
    env: { REPOSITORIES: "github:harbour/*,gitlab:a/b" },
  });
  await told(s, "harbour/tea-shop", { preflight: plain, error: null });
  await told(s, `harbour/${"long-name-".repeat(9)}`, {
    preflight: {
      ...plain,
      archived: true,
      can: [],
      cannot: [
        { what: "push branches", why: "the repository is archived", stops: "changes" },
        { what: "push unsigned commits", why: "a ruleset wants verified signatures" },
      ],
      notes: ["GitHub does not tell what a fine-grained token may do"],
    },
    error: null,
  });
  await told(s, "harbour/rules", {
    preflight: { ...plain, cannot: [{ what: "push unsigned commits", why: "a ruleset" }] },
    error: null,
  });
  await told(s, "harbour/away", { preflight: null, error: `GET /repos/${"x".repeat(200)}: 404` });
  await repositoryFor(s.db, { provider: "github", name: "harbour/new" });
  await lookAt(s.url, { repositories: "/repositories" });
  await s.db.sql`delete from repositories`;
  await lookAt(s.url, { "repositories-none": "/repositories" });
});
