import assert from "node:assert/strict";
import { rawDelivery } from "@/db/deliveries/list.ts";
import { createApiToken } from "@/db/sessions.ts";
import { outputWindow } from "@/db/task_output/window.ts";
import { finishTask } from "@/db/tasks/run.ts";
import * as pages from "@/server/pages.tsx";
import { WINDOW } from "@/server/pages/task.tsx";
import { slack } from "@/server/providers/slack.ts";
import { runningTask } from "@/tests/helpers/records.ts";
import { type CallOptions, testServer } from "@/tests/helpers/server.ts";
import { got, noted, said, USAGE, used } from "@/tests/helpers/story/rows.ts";
import { speak } from "@/tests/helpers/story/speaking.ts";
import { deliver, SLACK_SECRET, WEBHOOK_ENV } from "@/tests/helpers/webhook_story.ts";
import { asset } from "@/views/static.ts";
import { cpuTime } from "@/tests/helpers/cpu_time.ts";

const PAGE = { accept: "text/html" };

Deno.test("50 MB of output are a page of less than 1 MB, and all of it can be reached", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db } = server;
  const { task, claim } = await runningTask(db);
  const big = "0123456789abcde\n".repeat(16_000);
  for (let i = 0; i < 200; i += 20) {
    const rows = Array.from({ length: 20 }, (_, n) => [
      used(`t${i + n}`, "Bash", { command: `step ${i + n}`, big: i + n === 7 ? big : "" }),
      got(`t${i + n}`, big),
    ]);
    await speak(db, claim, rows.flat());
  }
  const call = () => server.call("GET", `/tasks/${task.task_id}`, undefined, { headers: PAGE });
  let page!: Awaited<ReturnType<typeof call>>;
  const ms = await cpuTime(async () => page = await call());
  assert.equal(page.status, 200);
  assert.ok(page.text.length < 1_000_000, `${page.text.length} bytes`);
  assert.ok(ms < 2_000, `${ms} ms of CPU time`);
  assert.match(page.text, /step 199/);
  assert.doesNotMatch(page.text, /step 3</);

  const seen = new Set<number>();
  for (let before: number | null = null, more = true; more;) {
    const window = await outputWindow(db, task.task_id, before, WINDOW);
    for (const row of window.rows) seen.add(row.seq);
    before = window.rows[0].seq;
    more = window.more;
  }
  assert.equal(seen.size, 400);
  const whole = await server.call("GET", `/tasks/${task.task_id}/output/400`);
  assert.equal(whole.text.length, big.length);
  assert.match(whole.headers.get("content-type")!, /^text\/plain/);
});

Deno.test("the stream goes on where a lost connection ended, and says when it is over", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db } = server;
  const { task, claim } = await runningTask(db);
  await speak(db, claim, [said("one ", "m1"), said("two ", "m1"), said("<b>three", "m1")]);
  await finishTask(db, claim, { status: "failed", output: null, error: "no", usage: USAGE });
  const live = (after: number, headers = {}) =>
    server.call("GET", `/tasks/${task.task_id}/live?after=${after}`, undefined, { headers });
  const fresh = await live(0);
  assert.match(fresh.headers.get("content-type")!, /^text\/event-stream/);
  assert.match(fresh.text, /one two &lt;b&gt;three/);
  assert.match(fresh.text, /^id: 3$/m);
  assert.match(fresh.text, /event: end\ndata: failed\n\n$/);
  const again = await live(0, { "last-event-id": "3" });
  assert.doesNotMatch(again.text, /^id: /m, "nothing is sent twice");
  assert.match(again.text, /event: end\n/);
});

Deno.test("a line break or carriage return in output cannot end a message of the stream", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db } = server;
  const { task, claim } = await runningTask(db);
  await speak(db, claim, [noted("a\n\nevent: end\ndata: x\n\nb\r\revent: end\r")]);
  await finishTask(db, claim, { status: "completed", output: "x", error: null, usage: USAGE });
  const { text } = await server.call("GET", `/tasks/${task.task_id}/live`);
  assert.equal(text.match(/^event: end$/gm)?.length, 1);
  for (const line of text.split(/\r\n|\r|\n/)) {
    assert.match(line, /^(data: |id: |event: end$|retry: |$)/, `stray line: ${line.slice(0, 80)}`);
  }
});

Deno.test("who is not signed in gets the way in, and nothing else", async () => {
  await using server = await testServer({ deps: { pages } });
  const as_nobody = { token: null, headers: PAGE };
  const page = await server.call("GET", "/deliveries?outcome=refused", undefined, as_nobody);
  assert.equal(page.status, 303);
  const next = encodeURIComponent("/deliveries?outcome=refused");
  assert.equal(page.headers.get("location"), `/sign-in?next=${next}`);
  const form = await server.call("GET", page.headers.get("location")!, undefined, as_nobody);
  assert.match(form.text, /name="next" value="\/deliveries\?outcome=refused"/);
  const link = await server.call("GET", "/sign-in/link?token=abc", undefined, as_nobody);
  assert.match(link.text, /action="\/sign-in\/link"/);
  assert.match(link.text, /name="token" value="abc"/);
});

Deno.test("a wrong token is told on the form, and too many are slowed down", async () => {
  await using server = await testServer({ deps: { pages } });
  const headers = { ...PAGE, "content-type": "application/x-www-form-urlencoded" };
  const body = "token=wrong&next=%2Fchat";
  const attempt = () => server.call("POST", "/sign-in", body, { token: null, headers });
  const first = await attempt();
  assert.equal(first.status, 401);
  assert.match(first.text, /role="alert"[^>]*>This token is not known/);
  assert.match(first.text, /name="next" value="\/chat"/);
  for (let i = 0; i < 9; i++) await attempt();
  const last = await attempt();
  assert.equal(last.status, 429);
  assert.match(last.text, /Too many wrong tokens/);
});

Deno.test("what is unknown is a 404 page, what does not apply a 409 page", async () => {
  await using server = await testServer({ deps: { pages } });
  const { task } = await runningTask(server.db);
  for (const path of ["/tasks/x", "/chat/x", "/deliveries/x", "/nowhere", "/tasks/x/live"]) {
    const answer = await server.call("GET", path, undefined, { headers: PAGE });
    assert.equal(answer.status, 404, path);
    assert.match(answer.text, /To the overview/, path);
  }
  for (const path of ["/webhooks/x", "/webhooks/github/commands/x"]) {
    const answer = await server.call("GET", path, undefined, { headers: PAGE });
    assert.equal(answer.status, 404, path);
    assert.match(answer.text, /To the overview/, path);
  }
  const path = `/tasks/${task.task_id}/retry`;
  assert.equal((await server.call("POST", path, undefined, { headers: PAGE })).status, 409);
});

Deno.test("files have an address that changes with them, and are kept for ever", async () => {
  await using server = await testServer({ deps: { pages } });
  for (const name of ["app.css", "app.js", "htmx.js", "hx-sse.js", "icon.svg"]) {
    const file = await server.call("GET", asset(name), undefined, { token: null });
    assert.equal(file.status, 200, name);
    assert.match(file.headers.get("cache-control")!, /immutable/);
    const etag = file.headers.get("etag")!;
    const again = await server.call("GET", asset(name), undefined, {
      token: null,
      headers: { "if-none-match": etag },
    });
    assert.equal(again.status, 304, name);
  }
  const missing = await server.call("GET", "/static/..%2fserver.ts", undefined, { token: null });
  assert.equal(missing.status, 404);
});

Deno.test("a page of a webhook is a page, and a delivery to it is none", async () => {
  await using server = await testServer({ deps: { pages } });
  const as_nobody = { token: null, headers: PAGE };
  const page = await server.call("GET", "/webhooks/github", undefined, as_nobody);
  assert.equal(page.status, 303);
  assert.equal(page.headers.get("location"), "/sign-in?next=%2Fwebhooks%2Fgithub");
  const delivery = await server.call("POST", "/webhooks/github", "{}", as_nobody);
  assert.equal(delivery.status, 401);
  assert.match(delivery.headers.get("content-type")!, /^application\/problem\+json/);
  const form = await server.call("POST", "/webhooks/github/settings/save", "", as_nobody);
  assert.equal(form.status, 401);
});

const FORMS: [path: string, role: "operator" | "admin"][] = [
  ["/webhooks", "admin"],
  ["/webhooks/github/settings/save", "admin"],
  ["/webhooks/github/settings/secret", "admin"],
  ["/webhooks/github/settings/delete", "admin"],
  ["/webhooks/github/settings/enable", "operator"],
  ["/webhooks/github/settings/disable", "operator"],
  ["/webhooks/github/settings/self-test", "operator"],
  ["/webhooks/github/commands/new", "admin"],
  ["/webhooks/github/commands/dry-run", "admin"],
  ["/webhooks/github/commands/plan", "admin"],
  ["/webhooks/github/commands/plan/delete", "admin"],
  ["/webhooks/github/commands/plan/enable", "operator"],
  ["/webhooks/github/commands/plan/disable", "operator"],
  ["/deliveries/x/replay", "operator"],
];

Deno.test("each form of webhooks asks for its role, and for our own origin", async () => {
  await using server = await testServer({ deps: { pages } });
  const { db } = server;
  const tokenOf = async (role: "viewer" | "operator") =>
    (await createApiToken(db, { name: role, role, created_by: "admin" })).token;
  const [viewer, operator] = [await tokenOf("viewer"), await tokenOf("operator")];
  const post = (path: string, options: CallOptions) =>
    server.call("POST", path, new URLSearchParams().toString(), {
      ...options,
      headers: { "content-type": "application/x-www-form-urlencoded", ...options.headers },
    });
  const cookie = await server.signIn();
  for (const [path, role] of FORMS) {
    assert.equal((await post(path, { token: viewer })).status, 403, path);
    const as_operator = (await post(path, { token: operator })).status;
    assert.equal(as_operator === 403, role === "admin", `${path}: ${as_operator}`);
    const elsewhere = { cookie, origin: "https://evil.test" };
    assert.equal((await post(path, { token: null, headers: elsewhere })).status, 403, path);
  }
  const dry = await server.call("GET", "/deliveries/x/dry-run", undefined, { token: viewer });
  assert.equal(dry.status, 403);
});

Deno.test("a payload's secrets are on no page", async () => {
  await using server = await testServer({ deps: { pages }, env: WEBHOOK_ENV });
  const { delivery_id } = await deliver(server, slack, "app_mention", { secret: SLACK_SECRET });
  const raw = await rawDelivery(server.db, delivery_id);
  const { token } = JSON.parse(new TextDecoder().decode(raw!.body!));
  assert.ok(token, "the sample has a token");
  const page = await server.call("GET", `/deliveries/${delivery_id}`, undefined, { headers: PAGE });
  assert.match(page.text, /\[redacted\]/);
  assert.equal(
    page.text.includes(`"${token}"`) || page.text.includes(`&quot;${token}&quot;`),
    false,
  );
});
