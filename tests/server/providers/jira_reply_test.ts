import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { documentProblems, startJira, wordsOf } from "./jira_recorder.ts";

const AGENT = { accountId: "5f00c3", displayName: "Agent" };
const SERVER_AGENT = { key: "JIRAUSER7", name: "agent", displayName: "Agent" };
const TARGET = {
  site: "harbour.atlassian.net",
  issue_id: "10012",
  issue_key: "TEA-12",
  internal: false,
  visibility_type: null,
  visibility_value: null,
};
const prepare = (text: string, marker_id = "task-1") =>
  jira.prepare(text, { marker_id, mentions: [], more_url: null })[0];

function cloud(change: Partial<Connection> = {}) {
  const site = startJira(AGENT);
  const email = "agent@harbour.example";
  const connection = { base_url: site.base_url, token: "t0ken", email, ...change };
  return { ...site, sender: jira.connect(connection) };
}

function dataCenter() {
  const site = startJira(SERVER_AGENT);
  return { ...site, sender: jira.connect({ base_url: site.base_url, token: "t0ken" }) };
}

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

Deno.test("Cloud: a comment is a document, changed by its id, its marker out of sight", async () => {
  await using site = cloud();
  const made = await site.sender.comment(TARGET, prepare("**Found** it"));
  assert.deepEqual(made, {
    comment_id: "700",
    url: `${site.base_url}/browse/TEA-12?focusedCommentId=700`,
  });
  await site.sender.updateComment(TARGET, made.comment_id, prepare("Done"));
  const [post, put] = site.calls;
  assert.equal(post.path, "/rest/api/3/issue/10012/comment");
  assert.equal(post.authorization, "Basic " + btoa("agent@harbour.example:t0ken"));
  assert.deepEqual(post.body, {
    body: {
      version: 1,
      type: "doc",
      content: [{
        type: "paragraph",
        content: [
          { type: "text", text: "Found", marks: [{ type: "strong" }] },
          { type: "text", text: " it" },
        ],
      }],
    },
    properties: [{ key: "agent.reply", value: { marker: "task-1" } }],
  });
  assert.deepEqual([put.method, put.path], ["PUT", "/rest/api/3/issue/10012/comment/700"]);
  assert.equal(wordsOf(site.comments[0].body as never), "Done");
});

Deno.test("Data Center: a comment is wiki text, by token", async () => {
  await using site = dataCenter();
  await site.sender.comment(TARGET, prepare("**Found** it in `a_b`"));
  const [post] = site.calls;
  assert.equal(post.path, "/rest/api/2/issue/10012/comment");
  assert.equal(post.authorization, "Bearer t0ken");
  assert.equal((post.body as { body: string }).body, "*Found* it in {{a\\_b}}");
});

Deno.test("an answer to few is seen by few, also when it is changed", async () => {
  await using site = cloud();
  const target = { ...TARGET, visibility_type: "role", visibility_value: "Developers" };
  const { comment_id } = await site.sender.comment(target, prepare("a"));
  await site.sender.updateComment(target, comment_id, prepare("b"));
  const wanted = { type: "role", value: "Developers" };
  assert.deepEqual(site.calls.map(({ body }) => (body as { visibility: unknown }).visibility), [
    wanted,
    wanted,
  ]);
  await site.sender.comment({ ...TARGET, internal: true }, prepare("c"));
  assert.deepEqual(site.comments[1].properties[1], {
    key: "sd.public.comment",
    value: { internal: true },
  });
});

Deno.test("our comment is found again by its marker, over pages, and only if it is ours", async () => {
  for (const start of [cloud, dataCenter]) {
    await using site = start();
    const { comment_id } = await site.sender.comment(TARGET, prepare("answer"));
    const stranger = { ...site.comments[0], author: { accountId: "x", key: "x" } };
    for (let i = 0; i < 120; i++) site.comments.push({ ...stranger, id: String(900 + i) });
    assert.equal(await site.sender.findComment(TARGET, "task-1", null), comment_id);
    assert.equal(await site.sender.findComment(TARGET, "task-1", new Date()), comment_id);
    assert.equal(await site.sender.findComment(TARGET, "task-2", null), null);
  }
});

Deno.test("pages from before the comment can be there are not read", async () => {
  await using site = cloud();
  const old = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  for (let i = 0; i < 250; i++) {
    await site.sender.comment(TARGET, prepare("x", "other"));
    site.comments[i].created = old(1000 - i);
  }
  site.calls.length = 0;
  assert.equal(await site.sender.findComment(TARGET, "task-1", new Date()), null);
  assert.equal(site.calls.filter(({ path }) => path.includes("startAt")).length, 1);
});

Deno.test("who we are: an account on Cloud, a user on Data Center", async () => {
  await using site = cloud();
  assert.deepEqual(await site.sender.whoAmI!(), { id: "5f00c3", name: "5f00c3" });
  await using server = dataCenter();
  assert.deepEqual(await server.sender.whoAmI!(), { id: "JIRAUSER7", name: "agent" });
});

Deno.test("what Jira finds too long goes out with less markup", async () => {
  await using site = cloud();
  const too_long = { errorMessages: [], errors: { comment: "The entered text is too long." } };
  site.next.push(() => Response.json(too_long, { status: 400 }));
  await site.sender.comment(TARGET, prepare("- a\n".repeat(5000)));
  const { content } = site.comments[0].body as { content: { type: string }[] };
  assert.deepEqual(content.map(({ type }) => type), ["codeBlock"]);
});

Deno.test("a document of thousands of cells is never a megabyte", async () => {
  await using site = cloud();
  await site.sender.comment(TARGET, prepare("|a|b|\n|-|-|\n\n".repeat(2000)));
  const { body } = site.comments[0];
  assert.ok(JSON.stringify(body).length < 250_000);
  assert.deepEqual(documentProblems(body as never), []);
});

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const refusals: [string, () => Response, boolean, number | null][] = [
  ["429 with retry-after", () => json(429, {}, { "retry-after": "7" }), false, 7],
  ["429 that says nothing", () => new Response("slow down", { status: 429 }), false, 60],
  ["503 with retry-after", () => json(503, {}, { "retry-after": "3" }), false, 3],
  ["500", () => new Response("<html>", { status: 500 }), false, null],
  ["400", () => json(400, { errors: { comment: "INVALID_INPUT" } }), true, null],
  ["401", () => new Response("no", { status: 401 }), true, null],
  ["403", () => json(403, { errorMessages: ["no permission"] }), true, null],
  ["404", () => json(404, { errorMessages: ["Issue does not exist"] }), true, null],
  ["a redirect", () => Response.redirect("https://login.example/", 302), true, null],
  ["another's answer", () => new Response("<html>proxy</html>"), false, null],
];
for (const [what, answer, permanent, retry_after_seconds] of refusals) {
  Deno.test(`${what}: ${permanent ? "given up" : "tried again"}`, async () => {
    await using site = cloud();
    site.next.push(answer);
    const error = await failure(site.sender.comment(TARGET, prepare("x")));
    assert.equal(error.permanent, permanent);
    assert.equal(error.retry_after_seconds, retry_after_seconds);
    assert.match(error.message, /^Jira POST \/rest\/api\/3\/issue\/10012\/comment: /);
    assert.ok(!error.message.includes("t0ken"));
  });
}

Deno.test("Cloud's reset time is waited for", async () => {
  await using site = cloud();
  const reset = new Date(Date.now() + 120_000).toISOString();
  site.next.push(() => json(429, {}, { "x-ratelimit-reset": reset }));
  const { retry_after_seconds } = await failure(site.sender.comment(TARGET, prepare("x")));
  assert.ok(retry_after_seconds! > 110 && retry_after_seconds! <= 121, `${retry_after_seconds}`);
});

Deno.test("the token is not carried along a redirect, and the setting is named", async () => {
  await using other = cloud();
  await using site = cloud();
  site.next.push(() => Response.redirect(other.base_url, 307));
  const { message } = await failure(site.sender.comment(TARGET, prepare("x")));
  assert.match(message, /is JIRA_URL right/);
  assert.equal(other.calls.length, 0);
});

Deno.test("what Jira says is in the error", async () => {
  await using site = cloud();
  site.next.push(() => json(400, { errorMessages: ["one"], errors: { body: "two" } }));
  assert.match(
    (await failure(site.sender.comment(TARGET, prepare("x")))).message,
    /one; body: "two"/,
  );
});

Deno.test("no answer in time, and nobody there: tried again", async () => {
  await using site = cloud({ timeout_ms: 50 });
  const never = Promise.withResolvers<Response>();
  site.next.push(() => never.promise);
  assert.equal((await failure(site.sender.comment(TARGET, prepare("x")))).permanent, false);
  never.resolve(new Response());
  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const base_url = `http://127.0.0.1:${gone.addr.port}`;
  gone.close();
  const nobody = jira.connect({ base_url, token: "t" });
  assert.equal((await failure(nobody.comment(TARGET, prepare("x")))).permanent, false);
});

Deno.test("a missing setting is named, and nothing is sent", async () => {
  const asked = async (connection: Connection) => {
    const error = await failure(jira.connect(connection).comment(TARGET, prepare("x")));
    assert.equal(error.permanent, true);
    return error.message;
  };
  assert.match(await asked({ base_url: "", token: "t" }), /JIRA_URL is not set/);
  const base_url = "http://127.0.0.1:9";
  assert.match(await asked({ base_url, token: null }), /JIRA_TOKEN/);
  assert.match(await asked({ base_url, token: null, email: "a@b.example" }), /JIRA_API_TOKEN/);
});

Deno.test("an answer does not go to an issue of another site", async () => {
  const sender = jira.connect({ base_url: "https://island.atlassian.net", token: "t", email: "e" });
  const error = await failure(sender.comment(TARGET, prepare("x")));
  assert.match(error.message, /came from harbour\.atlassian\.net, but JIRA_URL is island/);
  assert.equal(error.permanent, true);
});

Deno.test("a stored target that is no place in Jira is refused before it is called", async () => {
  await using site = cloud();
  for (const issue_id of ["../admin", "10012/x", "", 7, null]) {
    const error = await failure(site.sender.comment({ ...TARGET, issue_id }, prepare("x")));
    assert.equal(error.permanent, true);
  }
  const error = await failure(site.sender.updateComment(TARGET, "7/../8", prepare("x")));
  assert.equal(error.permanent, true);
  assert.equal(site.calls.length, 0);
});
