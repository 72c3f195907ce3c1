import assert from "node:assert/strict";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { startSentry } from "./sentry_recorder.ts";

const TARGET = { issue_id: "100", organization: "harbour" };
const PATH = "/api/0/organizations/harbour/issues/100/comments/";
const prepare = (text: string, marker_id = "task-1") =>
  sentry.prepare(text, { marker_id, mentions: [], more_url: null })[0];

function start(change: Partial<Connection> = {}) {
  const site = startSentry();
  return {
    ...site,
    sender: sentry.connect({ base_url: site.base_url, token: "t0ken", ...change }),
  };
}

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("a comment is created, and changed by its id", async () => {
  await using site = start();
  const made = await site.sender.comment(TARGET, "on it");
  assert.deepEqual(made, { comment_id: "900", url: null });
  await site.sender.updateComment(TARGET, made.comment_id, "done");
  const authorization = "Bearer t0ken";
  assert.deepEqual(site.calls, [
    { method: "POST", path: PATH, authorization, body: { text: "on it" } },
    { method: "PUT", path: `${PATH}900/`, authorization, body: { text: "done" } },
  ]);
});

Deno.test("a comment that is there already was posted by an earlier try", async () => {
  await using site = start();
  const first = await site.sender.comment(TARGET, prepare("answer"));
  for (let i = 0; i < 5; i++) await site.sender.comment(TARGET, `later ${i}`);
  assert.deepEqual(await site.sender.comment(TARGET, prepare("answer")), first);
  assert.equal(site.comments.length, 6);
});

Deno.test("a refusal that says so while no such comment is there stays a refusal", async () => {
  await using site = start();
  // as old versions say it: JSON within JSON
  const said = JSON.stringify({ detail: "You have already posted that comment." });
  site.next.push(() => Response.json(said, { status: 400 }));
  const error = await failure(site.sender.comment(TARGET, "answer"));
  assert.equal(error.status, 400);
  assert.match(error.message, /: 400 You have already posted that comment\.$/);
});

Deno.test("our comment is found again by its marker, over pages; who quotes us is not us", async () => {
  await using site = start();
  const { comment_id } = await site.sender.comment(TARGET, prepare("answer"));
  await site.sender.comment(TARGET, "> " + prepare("answer"));
  await site.sender.comment(TARGET, prepare("answer", "task-10"));
  for (let i = 0; i < 5; i++) await site.sender.comment(TARGET, `later ${i}`);
  assert.equal(await site.sender.findComment(TARGET, "task-1", null), comment_id);
  assert.equal(await site.sender.findComment(TARGET, "task-2", null), null);
});

Deno.test("pages from before the comment can be there are not read", async () => {
  await using site = start();
  for (let i = 0; i < 7; i++) {
    await site.sender.comment(TARGET, `old ${i}`);
    site.comments[i].dateCreated = new Date(Date.now() - 3_600_000).toISOString();
  }
  site.calls.length = 0;
  assert.equal(await site.sender.findComment(TARGET, "task-1", new Date()), null);
  assert.equal(site.calls.length, 1);
});

Deno.test("the organization comes from the delivery, else from the setting that is named", async () => {
  await using site = start({ organization: "harbour" });
  const silent = { ...TARGET, organization: null };
  await site.sender.comment(silent, "x");
  assert.equal(site.calls[0].path, PATH);
  const unset = sentry.connect({ base_url: site.base_url, token: "t" });
  const error = await failure(unset.comment(silent, "x"));
  assert.match(error.message, /set SENTRY_ORG/);
  assert.equal(error.permanent, true);
  const odd = sentry.connect({ base_url: site.base_url, token: "t", organization: "../x" });
  assert.match((await failure(odd.comment(silent, "x"))).message, /SENTRY_ORG is no slug/);
  assert.equal(site.calls.length, 1);
});

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const refusals: [string, () => Response, boolean, number | null][] = [
  ["429 with retry-after", () => json(429, {}, { "retry-after": "7" }), false, 7],
  ["429 that says nothing", () => json(429, { detail: "slow down" }), false, 10],
  [
    "429 whose window is over",
    () => json(429, {}, { "x-sentry-rate-limit-reset": "1500000000" }),
    false,
    1,
  ],
  [
    "429 whose window never ends",
    () => json(429, {}, { "x-sentry-rate-limit-reset": "99999999999" }),
    false,
    3600,
  ],
  ["500", () => new Response("<html>", { status: 500 }), false, null],
  ["503 with retry-after", () => json(503, {}, { "retry-after": "3" }), false, 3],
  ["400", () => json(400, { text: ["This field is required."] }), true, null],
  ["401", () => json(401, { detail: "Invalid token" }), true, null],
  ["403", () => json(403, { detail: "no permission" }), true, null],
  ["404", () => json(404, { detail: "does not exist" }), true, null],
  ["a redirect", () => Response.redirect("https://login.example/", 302), true, null],
  ["another's answer", () => new Response("<html>proxy</html>"), false, null],
];
for (const [what, answer, permanent, retry_after_seconds] of refusals) {
  Deno.test(`${what}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using site = start();
    site.next.push(answer);
    const error = await failure(site.sender.comment(TARGET, "x"));
    assert.equal(error.permanent, permanent);
    assert.equal(error.retry_after_seconds, retry_after_seconds);
    assert.ok(error.message.startsWith(`Sentry POST ${PATH}: `), error.message);
    assert.ok(!error.message.includes("t0ken"));
  });
}

Deno.test("the end of the rate limit's window is waited for", async () => {
  await using site = start();
  const reset = String(Math.floor(Date.now() / 1000) + 120);
  site.next.push(() => json(429, {}, { "x-sentry-rate-limit-reset": reset }));
  const { retry_after_seconds } = await failure(site.sender.comment(TARGET, "x"));
  assert.ok(retry_after_seconds! > 110 && retry_after_seconds! <= 121, `${retry_after_seconds}`);
});

Deno.test("the token is not carried along a redirect, and the setting is named", async () => {
  await using other = start();
  await using site = start();
  site.next.push(() => Response.redirect(other.base_url, 307));
  const { message } = await failure(site.sender.comment(TARGET, "x"));
  assert.match(message, /is SENTRY_URL right/);
  assert.equal(other.calls.length, 0);
});

Deno.test("no answer in time, and nobody there: tried again", async () => {
  await using site = start({ timeout_ms: 50 });
  const never = Promise.withResolvers<Response>();
  site.next.push(() => never.promise);
  assert.equal((await failure(site.sender.comment(TARGET, "x"))).permanent, false);
  never.resolve(new Response());
  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const base_url = `http://127.0.0.1:${gone.addr.port}`;
  gone.close();
  const nobody = sentry.connect({ base_url, token: "t" });
  assert.equal((await failure(nobody.comment(TARGET, "x"))).permanent, false);
});

Deno.test("without a token nothing is sent", async () => {
  await using site = start({ token: null });
  const error = await failure(site.sender.comment(TARGET, "x"));
  assert.match(error.message, /SENTRY_AUTH_TOKEN is not set/);
  assert.equal(error.permanent, true);
  assert.equal(site.calls.length, 0);
});

Deno.test("a stored target that is no issue in Sentry is refused before it is called", async () => {
  await using site = start();
  for (const change of [{ issue_id: "../1" }, { issue_id: 1 }, { organization: "a/b" }]) {
    const error = await failure(site.sender.comment({ ...TARGET, ...change }, "x"));
    assert.equal(error.permanent, true);
  }
  assert.equal((await failure(site.sender.updateComment(TARGET, "7/8", "x"))).permanent, true);
  assert.equal(site.calls.length, 0);
});
