import assert from "node:assert/strict";
import { createApiToken } from "@/db/sessions.ts";
import { finishTask } from "@/db/tasks/run.ts";
import * as pages from "@/server/pages.tsx";
import { github } from "@/server/providers/github.ts";
import { withBrowser } from "@/tests/helpers/browser.ts";
import { lookAt } from "@/tests/helpers/browser/look.ts";
import { opened } from "@/tests/helpers/browser/opened.ts";
import { signIn } from "@/tests/helpers/browser/sign_in.ts";
import { liveWorker } from "@/tests/helpers/records.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { said, used } from "@/tests/helpers/story/rows.ts";
import { DONE, speak, taken } from "@/tests/helpers/story/speaking.ts";
import { type Story, tellStory } from "@/tests/helpers/story.ts";
import { deliver, tellWebhooks, WEBHOOK_ENV } from "@/tests/helpers/webhook_story.ts";

const full = (story: Story): Record<string, string> => ({
  overview: "/",
  done: `/tasks/${story.done}`,
  running: `/tasks/${story.running.task_id}`,
  failed: `/tasks/${story.failed}`,
  cancelled: `/tasks/${story.cancelled}`,
  queued: `/tasks/${story.queued}`,
  webhook: `/tasks/${story.webhook_task}`,
  chat: "/chat",
  thread: `/chat/${story.conversation}`,
  outside: `/chat/${story.outside_conversation}`,
  trusted: `/tasks/${story.trusted_task}`,
  busy: `/chat/${story.busy_conversation}`,
  deliveries: "/deliveries",
  delivery: `/deliveries/${story.delivery}`,
  missing: "/tasks/nothing",
});

const EMPTY = {
  "empty-overview": "/",
  "empty-chat": "/chat",
  "empty-deliveries": "/deliveries",
  "empty-webhooks": "/webhooks",
  "empty-webhook": "/webhooks/github",
};

Deno.test("every page fits a phone, and its texts stand out in light and dark", async () => {
  await using server = await testServer({ deps: { pages } });
  await lookAt(server.url, full(await tellStory(server.db)));
});

Deno.test("so do those of webhooks, whatever came in", async () => {
  await using server = await testServer({ deps: { pages }, env: WEBHOOK_ENV });
  const { webhook, command, deliveries } = await tellWebhooks(server);
  const at = `/webhooks/${webhook}/commands`;
  await lookAt(server.url, {
    webhooks: "/webhooks",
    "webhook-built-in": "/webhooks/github",
    "webhook-shut": "/webhooks/jira",
    "webhook-created": `/webhooks/${webhook}`,
    "command-new": `${at}/new`,
    "command-edit": `${at}/${command}`,
    "command-built-in": "/webhooks/github/commands/analyze",
    "command-override": "/webhooks/github/commands/new?override=plan",
    "deliveries-mixed": "/deliveries",
    "deliveries-filtered": `/deliveries?webhook=${webhook}&outcome=accepted`,
    "deliveries-none": "/deliveries?event_type=none.such",
    ...Object.fromEntries(
      Object.entries(deliveries).map(([name, id]) => [`delivery-${name}`, `/deliveries/${id}`]),
    ),
    "delivery-dry-run": `/deliveries/${deliveries.accepted}/dry-run`,
  });
});

Deno.test("pages with nothing on them say what to do", async () => {
  await using server = await testServer({ deps: { pages } });
  await lookAt(server.url, EMPTY);
});

Deno.test("who may only look sees no buttons", async () => {
  await using server = await testServer({ deps: { pages } });
  const { delivery_id } = await deliver(server, github, "issue_comment");
  const vera = { name: "vera", role: "viewer", created_by: "admin" } as const;
  const { token } = await createApiToken(server.db, vera);
  const paths = ["/webhooks", "/webhooks/github", "/webhooks/github/commands/analyze"];
  await opened(server, async (page) => {
    for (const path of [...paths, `/deliveries/${delivery_id}`]) {
      await page.goto(server.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      assert.deepEqual(
        await page.locator("main").getByRole("button").filter({ hasNotText: "Copy" }).count(),
        0,
        path,
      );
    }
  }, { token });
});

Deno.test("everything can be read and decided without JavaScript", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const worker_id = await liveWorker(db);
  await withBrowser(async (browser) => {
    const page = await browser.open({ javaScriptEnabled: false });
    await signIn(page, url);
    await page.getByRole("link", { name: "Chat", exact: true }).click();
    await page.getByLabel("What should be done?").fill("Say hello");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("see the run, stop it").click();
    const task_id = page.url().split("/").at(-1)!;
    const claim = await taken(db, task_id, worker_id);
    await speak(db, claim, [said("**Hello**", "m1"), used("t1", "Bash", { command: "date" })]);
    await page.reload();
    await page.locator("strong", { hasText: "Hello" }).waitFor();
    await page.getByText("Stop…").click();
    await page.getByRole("button", { name: "Stop this task" }).click();
    await page.locator("#task-head").getByText("stopping").waitFor();
    await finishTask(db, claim, DONE);
    await page.reload();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("#task-head").getByText("queued").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").waitFor();
  });
});
