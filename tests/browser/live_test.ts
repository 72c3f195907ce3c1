import assert from "node:assert/strict";
import { createApiToken } from "@/db/sessions.ts";
import { getTask } from "@/db/tasks.ts";
import { finishTask } from "@/db/tasks/run.ts";
import { type Live, startLive } from "@/server/live.ts";
import * as pages from "@/server/pages.tsx";
import { withBrowser } from "@/tests/helpers/browser.ts";
import { signIn } from "@/tests/helpers/browser/sign_in.ts";
import { chatTask, liveWorker, runningTask } from "@/tests/helpers/records.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { got, resulted, said, USAGE, used } from "@/tests/helpers/story/rows.ts";
import { DONE, speak, taken } from "@/tests/helpers/story/speaking.ts";

Deno.test("somebody watches a task from its first word to its end, without a reload", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const { task, claim } = await runningTask(db);
  await speak(db, claim, [said("I look", "m1")]);
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, url);
    await page.goto(`${url}/tasks/${task.task_id}`);
    await page.evaluate("globalThis.same_page = true");
    await page.getByText("I look").waitFor();

    await speak(db, claim, [said(" **around", "m1")]);
    await page.getByText("I look **around").waitFor();
    await speak(db, claim, [said("** first.", "m1"), used("t1", "Bash", { command: "ls -la" })]);
    await page.locator("strong", { hasText: "around" }).waitFor();
    const said_once = await page.locator("#output").innerText();
    assert.equal(said_once.split("I look").length, 2, said_once);

    const tool = page.locator(".tool", { hasText: "ls -la" });
    await tool.getByText("running").waitFor();
    assert.equal(await page.getByText("total 4").isVisible(), false);
    await speak(db, claim, [got("t1", "total 4\u001b[0m")], USAGE);
    await tool.getByText("done").waitFor();
    await tool.locator("summary").click();
    await tool.getByText("total 4").waitFor();
    assert.equal(await tool.locator("pre.code").last().innerText(), "total 4");
    await tool.locator("summary").click();
    await page.getByText("total 4").waitFor({ state: "hidden" });
    await page.locator(".task-side").getByText("$0.0432").waitFor();

    await page.getByText("Stop…").waitFor();
    await speak(db, claim, [said("All **well**.", "m2"), resulted()]);
    await finishTask(db, claim, DONE);
    await page.locator("#task-head").getByText("completed").waitFor();
    await page.getByText("Stop…").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.locator("#output strong", { hasText: "well" }).waitFor();
    assert.equal(await page.evaluate("globalThis.same_page"), true);
  });
});

Deno.test("a sub-agent's work appears under the call that started it", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const { task, claim } = await runningTask(db);
  const inside = { parent_tool_use_id: "t1" };
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, url);
    await page.goto(`${url}/tasks/${task.task_id}`);
    await speak(db, claim, [used("t1", "Agent", { description: "look closer", prompt: "x" })]);
    await page.locator(".tool-about", { hasText: "look closer" }).waitFor();
    // The main agent goes on talking while its helper works.
    await speak(db, claim, [
      said("Meanwhile ", "m1"),
      used("t2", "Grep", { pattern: "needle" }, inside),
    ]);
    await page.locator(".sub .tool-about", { hasText: "needle" }).waitFor();
    await speak(db, claim, [said("I *wait*.", "m1"), got("t2", "found", false, inside)]);
    await page.getByText("Meanwhile I *wait*.").waitFor();
    await speak(db, claim, [got("t1", "It is **there**.")]);
    await page.locator("em", { hasText: "wait" }).waitFor();
    assert.equal(await page.locator("#output > .said").count(), 1);
    assert.equal(await page.locator("#output > .tool").count(), 1);
  });
});

Deno.test("a task stopped from its page says so, and cannot be stopped by a viewer", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const { task, claim } = await runningTask(db);
  const viewer = await createApiToken(db, { name: "vera", role: "viewer", created_by: "admin" });
  const path = `/tasks/${task.task_id}`;
  await withBrowser(async (browser) => {
    const watching = await browser.open();
    await signIn(watching, url, viewer.token);
    await watching.goto(url + path);
    await watching.getByText("running", { exact: true }).waitFor();
    assert.equal(await watching.getByText("Stop…").count(), 0);
    const refused = await server.call("POST", `${path}/stop`, undefined, { token: viewer.token });
    assert.equal(refused.status, 403);

    const page = await browser.open();
    await signIn(page, url);
    await page.goto(url + path);
    await page.getByText("Stop…").click();
    await page.getByRole("button", { name: "Stop this task" }).click();
    await page.locator("#task-head").getByText("stopping").waitFor();
    await watching.locator("#task-head").getByText("stopping").waitFor();
    await finishTask(db, claim, DONE);
    await watching.locator("#task-head").getByText("cancelled").waitFor();
    assert.equal((await getTask(db, task.task_id))?.stopped_by, "admin");
  });
});

Deno.test("a message for the running agent is handed over and the field is empty again", async () => {
  await using server = await testServer({ deps: { pages } });
  const { task } = await runningTask(server.db);
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, server.url);
    await page.goto(`${server.url}/tasks/${task.task_id}`);
    const field = page.getByLabel("Message to the running agent");
    await field.fill("Leave the tests alone");
    await field.press("Enter");
    await page.getByText("Sent. The agent reads it").waitFor();
    assert.equal(await field.inputValue(), "");
    const [row] = await server.db.sql`select message, sent_by from task_inputs`;
    assert.deepEqual({ ...row }, { message: "Leave the tests alone", sent_by: "admin" });
  });
});

Deno.test("a question in the chat is answered before the asker's eyes", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const worker_id = await liveWorker(db);
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, url);
    await page.getByRole("link", { name: "Chat", exact: true }).click();
    const field = page.getByLabel("What should be done?");
    await field.fill("Is all");
    await field.press("Shift+Enter");
    await field.pressSequentially("well?");
    await field.press("Enter");
    await page.getByRole("heading", { name: "Is all" }).waitFor();
    await page.locator(".from-user").getByText("well?").waitFor();

    const [{ task_id }] = await db.sql<{ task_id: string }[]>`select task_id from tasks`;
    await page.locator("#task-state").getByText("queued").waitFor();
    const claim = await taken(db, task_id, worker_id);
    await page.locator("#task-state").getByText("running").waitFor();
    await speak(db, claim, [said("Let me see", "m1")]);
    await page.getByText("Let me see").waitFor();
    await finishTask(db, claim, DONE);
    await page.locator(".from-assistant strong", { hasText: "well" }).waitFor();
    await page.getByText("see the run").waitFor();
    assert.equal(await page.locator("#live").count(), 0);
  });
});

Deno.test("the overview follows what happens", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const worker_id = await liveWorker(db);
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, url);
    const { task_id } = await chatTask(db, { prompt: "Count the stars" });
    const row = page.getByRole("row", { name: "Count the stars" });
    await row.getByText("queued").waitFor();
    const claim = await taken(db, task_id, worker_id);
    await row.getByText("running").waitFor();
    await finishTask(db, claim, DONE);
    await row.getByText("completed").waitFor();
    await row.getByText("$0.0432").waitFor();
  });
});

Deno.test("a page goes on where it was when the server's streams end and come back", async () => {
  let now: Live;
  const live = new Proxy({} as Live, { get: (_, name) => now[name as keyof Live] });
  await using server = await testServer({ deps: { pages, live } });
  const { db, url } = server;
  now = server.live;
  const { task, claim } = await runningTask(db);
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, url);
    await page.goto(`${url}/tasks/${task.task_id}`);
    await speak(db, claim, [said("before ", "m1")]);
    await page.getByText("before").waitFor();
    const ended = now;
    now = await startLive(db);
    await ended.stop();
    await speak(db, claim, [said("meanwhile ", "m1"), used("t1", "Bash", { command: "date" })]);
    await speak(db, claim, [got("t1", "today"), said("after", "m2")]);
    await page.getByText("after", { exact: true }).waitFor();
    assert.equal(await page.locator("#output > .said").first().innerText(), "before meanwhile");
    assert.equal(await page.locator("#output > .tool").count(), 1);
    assert.equal(await page.locator("#output > .said").count(), 2);
  });
  await now.stop();
});

Deno.test("new output keeps the end in view, but only for a reader who is there", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db, url } = server;
  const { task, claim } = await runningTask(db);
  await speak(db, claim, [said("line\n\n".repeat(100), "m1"), used("t1", "Bash", {})]);
  await withBrowser(async (browser) => {
    const page = await browser.open();
    await signIn(page, url);
    await page.goto(`${url}/tasks/${task.task_id}`);
    const below = () =>
      page.evaluate<number>(
        "document.scrollingElement.scrollHeight - innerHeight - document.scrollingElement.scrollTop",
      );
    await page.evaluate("scrollTo(0, 300)");
    await speak(db, claim, [said("first news\n\n".repeat(30), "m2")]);
    await page.getByText("first news").waitFor();
    assert.equal(await page.evaluate("scrollY"), 300);
    await page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)");
    await speak(db, claim, [said("second news\n\n".repeat(30), "m3")]);
    await page.getByText("second news").waitFor();
    assert.ok(await below() < 2, "the end is in view");
  });
});
