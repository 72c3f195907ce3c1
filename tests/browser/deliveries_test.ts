import assert from "node:assert/strict";
import * as pages from "@/server/pages.tsx";
import { github } from "@/server/providers/github.ts";
import { opened } from "@/tests/helpers/browser/opened.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { deliver } from "@/tests/helpers/webhook_story.ts";

Deno.test("a delivery is tried, then replayed: a new one that points to the old", async () => {
  await using server = await testServer({ deps: { pages } });
  const { delivery_id } = await deliver(server, github, "issue_comment");
  await opened(server, async (page) => {
    await page.goto(`${server.url}/deliveries/${delivery_id}`);
    for (const stage of ["arrived", "verified", "read", "matched", "done"]) {
      assert.equal(
        await page.locator(`[data-stage=${stage}]`).getAttribute("data-state"),
        "done",
        stage,
      );
    }
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.locator("#dry-run").getByText("Today it would be accepted").waitFor();
    await page.getByText("analyze would start a task for planning").click();
    await page.locator(".dry-run pre", { hasText: "Analyze what is described below" }).waitFor();
    assert.equal((await server.db.sql`select from deliveries`).length, 1);

    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("A replay of").waitFor();
    assert.notEqual(page.url(), `${server.url}/deliveries/${delivery_id}`);
    await page.getByRole("link", { name: "an earlier delivery" }).click();
    await page.waitForURL(`**/deliveries/${delivery_id}`);
  });
  const rows = await server.db.sql`select from deliveries where replay_of = ${delivery_id}`;
  assert.equal(rows.length, 1);
});

Deno.test("a refused delivery says why, and has no body to replay", async () => {
  await using server = await testServer({ deps: { pages } });
  await deliver(server, github, "issue_comment", { secret: "not the right one at all" });
  const [{ delivery_id }] = await server.db.sql`select delivery_id from deliveries`;
  await opened(server, async (page) => {
    await page.goto(`${server.url}/deliveries/${delivery_id}`);
    await page.locator("[data-stage=verified][data-state=failed]").getByText("signature").waitFor();
    assert.equal(await page.locator("[data-stage=matched]").count(), 0);
    assert.equal(await page.getByRole("button", { name: "Replay" }).count(), 0);
    await page.getByText("The body was not kept").waitFor();
  });
});

Deno.test("the list of deliveries follows what comes in, and is narrowed down", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/deliveries`);
    await page.getByText("Nothing has come in yet.").waitFor();
    await deliver(server, github, "issue_comment");
    await page.getByText("github issue_comment.created").waitFor();
    await deliver(server, github, "issue_comment", { text: "nothing for an agent" });
    await page.getByText("the text asks for nothing").waitFor();
    await page.getByLabel("Webhook").selectOption({ label: "GitHub" });
    await page.getByLabel("Event").fill("issue_comment.created");
    await page.getByRole("button", { name: "Show" }).click();
    assert.equal(await page.getByRole("row", { name: /issue_comment/ }).count(), 2);
    await page.getByLabel("Outcome").getByRole("link", { name: "accepted" }).click();
    await page.waitForURL(/outcome=accepted/);
    assert.match(page.url(), /event_type=issue_comment.created/);
    assert.equal(await page.getByRole("row", { name: /issue_comment/ }).count(), 1);
  });
});
