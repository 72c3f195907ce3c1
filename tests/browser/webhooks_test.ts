import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import * as pages from "@/server/pages.tsx";
import { github } from "@/server/providers/github.ts";
import { slack } from "@/server/providers/slack.ts";
import { takePictures } from "@/tests/helpers/browser.ts";
import { opened } from "@/tests/helpers/browser/opened.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { deliver, SLACK_SECRET, WEBHOOK_ENV } from "@/tests/helpers/webhook_story.ts";

const PICTURES = Deno.env.get("PICTURES_DIR");
const picture = (page: Page, name: string) =>
  PICTURES ? takePictures(page, PICTURES, name) : Promise.resolve();

const slackServer = () => testServer({ deps: { pages }, env: WEBHOOK_ENV });

const commandsOf = async ({ webhooks }: TestServer, provider: string) => {
  await webhooks.reload();
  return webhooks.builtin(provider)!.commands;
};

Deno.test("a secret that is made here is shown once, and deliveries are signed with it", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.getByRole("link", { name: "Webhooks", exact: true }).click();
    await page.getByText("Create a webhook").click();
    await page.getByLabel("Provider").selectOption("github");
    await page.getByLabel("Name", { exact: true }).fill("Tea shop");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("heading", { name: "Its secret, shown this once" }).waitFor();
    const secret = await page.locator(".secret-once code").innerText();
    assert.match(secret, /^[0-9a-f]{64}$/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy secret" }).click();
    await page.getByText("Copied").first().waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), secret);
    await picture(page, "secret-once");

    await page.getByRole("link", { name: "To its settings and commands" }).click();
    await page.getByRole("heading", { name: "Tea shop" }).waitFor();
    assert.equal((await page.content()).includes(secret), false);
    const path = new URL(await page.locator(".copyable code").first().innerText()).pathname;
    const { outcome } = await deliver(server, github, "issue_comment", { path, secret });
    assert.equal(outcome, "accepted");
    await page.reload();
    await page.getByText("github issue_comment.created").waitFor();
    assert.equal((await page.content()).includes(secret), false);
  });
});

Deno.test("a command is written, found wrong, mended, tried, stored and used", async () => {
  await using server = await slackServer();
  await deliver(server, slack, "app_mention", { secret: SLACK_SECRET, text: "@agent help" });
  await deliver(server, slack, "app_mention", {
    secret: SLACK_SECRET,
    text: "the coupon is broken",
  });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/webhooks/slack`);
    await page.getByRole("link", { name: "New command" }).click();
    await page.getByLabel("Name", { exact: true }).fill("coupons");
    await page.getByLabel("Trigger").fill("app_mention");
    const conditions = page.getByLabel("Conditions");
    await conditions.fill(`{\n  "event.text": {"contain": "coupon"\n}`);
    await page.getByRole("button", { name: "Add command" }).click();
    await page.getByText(/is not JSON: .*line 3 column 2/).waitFor();
    assert.equal(await page.evaluate("document.activeElement.id"), "conditions");
    assert.equal(await conditions.getAttribute("aria-invalid"), "true");
    const described = (await conditions.getAttribute("aria-describedby"))!.split(" ")[0];
    assert.match(await page.locator(`#${described}`).innerText(), /is not JSON/);
    await picture(page, "command-wrong");

    await conditions.fill(`{"event.text": {"contain": "coupon"}}`);
    await page.getByRole("button", { name: "Try on the last 50" }).click();
    await page.locator("#dry-run").getByText("event.text.contain: is no operator").waitFor();
    await page.getByRole("button", { name: "Add command" }).click();
    await page.locator("#conditions-problem").getByText("event.text.contain: is no operator")
      .waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "coupons");

    await conditions.fill(`{"event.text": {"contains": "coupon"}}`);
    await page.getByLabel("Text", { exact: true }).fill("Look at {{ event.text }}");
    await page.getByRole("button", { name: "Try on the last 50" }).click();
    const verdict = "coupons would have run for 1 of 2 deliveries";
    await page.locator("#dry-run").getByText(verdict).waitFor();
    await page.locator("[role=status]", { hasText: verdict }).waitFor({ state: "attached" });
    await page.getByText("would start a task for").click();
    await page.locator(".tried pre", { hasText: "the coupon is broken" }).waitFor();
    assert.equal((await server.db.sql`select from tasks`).length, 0);
    await picture(page, "command-tried");

    await page.getByRole("button", { name: "Add command" }).click();
    await page.getByRole("row", { name: /coupons/ }).getByText("app_mention").waitFor();
  }, { expected: /status of 422/ });
  const again = await deliver(server, slack, "app_mention", {
    secret: SLACK_SECRET,
    text: "another coupon",
  });
  assert.equal(again.outcome, "accepted");
});

Deno.test("the form shows the fields of the chosen action, and stores no others", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/webhooks/github/commands/new`);
    const name = page.getByLabel("Name", { exact: true });
    await name.fill("tidy");
    await page.getByLabel("Text", { exact: true }).fill("for a task");
    await page.getByLabel("Needs the repository").check();
    await page.getByLabel("Action", { exact: true }).selectOption("github_label");
    await page.getByLabel("Text", { exact: true }).waitFor({ state: "hidden" });
    await page.getByLabel("Needs the repository").waitFor({ state: "hidden" });
    await page.getByLabel("Labels").fill("tidy\nsmall");
    await name.press("Enter");
    await page.getByRole("row", { name: /tidy/ }).waitFor();
    const made = (await commandsOf(server, "github")).find((command) => command.name === "tidy")!;
    const { action, labels, template, requires_repository, reaction } = made;
    assert.deepEqual(
      { action, labels, template, requires_repository, reaction },
      {
        action: "github_label",
        labels: ["tidy", "small"],
        template: null,
        requires_repository: false,
        reaction: null,
      },
    );
    await page.getByRole("link", { name: "tidy", exact: true }).click();
    await page.getByLabel("Also").fill("clean, sweep");
    await page.getByRole("button", { name: "Save command" }).click();
    await page.getByRole("row", { name: /also clean, sweep/ }).waitFor();
    await page.getByRole("link", { name: "tidy", exact: true }).click();
    await page.getByText("Delete…").click();
    await page.getByRole("button", { name: "Delete this command" }).click();
    await page.getByRole("heading", { name: "GitHub", exact: true }).waitFor();
    assert.equal(await page.getByRole("row", { name: /tidy/ }).count(), 0);
  });
});

Deno.test("a built-in command is switched off, and overridden by one of its name", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/webhooks/github`);
    await page.getByRole("button", { name: "Turn plan off" }).click();
    await page.getByRole("button", { name: "Turn plan on" }).waitFor();
    await page.getByRole("link", { name: "plan", exact: true }).click();
    await page.getByText("A built-in command cannot be changed").waitFor();
    await page.getByRole("link", { name: "Override" }).click();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "plan");
    await page.getByLabel("Text", { exact: true }).fill("Plan in three steps.");
    await page.getByLabel("It is on").check();
    await page.getByRole("button", { name: "Add command" }).click();
    await page.getByRole("row", { name: /plan overrides the built-in/ }).waitFor();
  });
  const plan = (await commandsOf(server, "github")).find(({ name }) => name === "plan");
  assert.equal(plan?.template, "Plan in three steps.");
  assert.equal(plan?.enabled, true);
});

Deno.test("the self-test shows each stage, and which one failed", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/webhooks/github`);
    await page.getByRole("button", { name: "Run the self-test" }).click();
    await page.locator("#self-test").getByText("All stages passed").waitFor();
    await picture(page, "self-test");
    assert.equal(await page.locator("#self-test li").count(), 7);
    await page.getByRole("link", { name: "The delivery that it made" }).click();
    await page.getByRole("heading", { name: "Verified" }).waitFor();

    await page.goto(`${server.url}/webhooks/jira`);
    await page.getByText("JIRA_WEBHOOK_SECRET is not set").first().waitFor();
    await page.getByRole("button", { name: "Run the self-test" }).click();
    await page.locator("#self-test").getByText("It did not get through").waitFor();
  });
});

Deno.test("all of it works without JavaScript", async () => {
  await using server = await testServer({ deps: { pages } });
  const { delivery_id } = await deliver(server, github, "issue_comment");
  await opened(server, async (page) => {
    await page.goto(`${server.url}/deliveries/${delivery_id}`);
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.getByText("Today it would be accepted").waitFor();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("A replay of").waitFor();

    await page.goto(`${server.url}/webhooks/github`);
    assert.equal(await page.getByRole("button", { name: "Copy address" }).count(), 0);
    await page.getByRole("button", { name: "Run the self-test" }).click();
    await page.getByText("All stages passed").waitFor();
    await page.getByText("Settings", { exact: true }).click();
    await page.getByLabel("Prefix").fill("@tea");
    await page.getByRole("button", { name: "Save settings" }).click();
    await page.getByText("Asked by @tea").waitFor();

    await page.goto(`${server.url}/webhooks/github/commands/new`);
    await page.getByLabel("Name", { exact: true }).fill("watch");
    await page.getByLabel("Trigger").fill("issue_comment.*");
    await page.getByRole("button", { name: "Try on the last 50" }).click();
    await page.getByText("watch would have run for").waitFor();
    assert.equal(await page.getByLabel("Trigger").inputValue(), "issue_comment.*");
    await page.getByRole("button", { name: "Add command" }).click();
    await page.getByRole("row", { name: /watch/ }).waitFor();
  }, { javaScriptEnabled: false });
});

Deno.test("a created webhook gets a new secret, is switched off and deleted", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/webhooks`);
    await page.getByText("Create a webhook").click();
    await page.getByLabel("Provider").selectOption("slack");
    await page.getByRole("button", { name: "Create webhook" }).click();
    const secret = page.getByLabel("Secret", { exact: true });
    assert.equal(await secret.getAttribute("aria-invalid"), "true");
    await secret.fill(SLACK_SECRET);
    await page.getByLabel("Name", { exact: true }).fill("Shop talk");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByText("The secret that you gave is stored").waitFor();
    assert.equal((await page.content()).includes(SLACK_SECRET), false);
    await page.getByRole("link", { name: "To its settings and commands" }).click();

    await page.getByText("Settings", { exact: true }).click();
    await page.getByLabel("New secret").fill("fedcba9876543210fedcba9876543210");
    await page.getByRole("button", { name: "Change the secret" }).click();
    await page.getByRole("heading", { name: "New secret for Shop talk" }).waitFor();
    await page.getByRole("link", { name: "To its settings and commands" }).click();
    await page.getByRole("button", { name: "Turn off", exact: true }).click();
    await page.locator("[data-webhook=off]").waitFor();
    await page.getByText("Settings", { exact: true }).click();
    await page.getByText("Delete…").click();
    await page.getByRole("button", { name: "Delete this webhook" }).click();
    await page.getByText("No webhook has been created.").waitFor();
  }, { expected: /status of 422/ });
});

Deno.test("who asks for a second webhook without a need is led to the first", async () => {
  await using server = await testServer({ deps: { pages } });
  await opened(server, async (page) => {
    await page.goto(`${server.url}/webhooks`);
    await page.getByText("Create a webhook").click();
    await page.getByLabel("Provider").selectOption("github");
    await page.getByLabel("An address of its own").uncheck();
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByText("Nothing was created: this webhook was there already").waitFor();
    await page.getByRole("heading", { name: "GitHub", exact: true }).waitFor();
  });
});
