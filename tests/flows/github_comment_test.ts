/** A GitHub comment, from the signed request to the answer on the issue. */
import assert from "node:assert/strict";
import { named, seqs, upTo } from "@/tests/helpers/sse.ts";
import { inOrder, startSystem, type System } from "@/tests/flows/system.ts";
import { bytesOf, type Change, commentOf, sign } from "@/tests/server/webhooks/samples.ts";
import { WEBHOOK_SECRET } from "@/tests/helpers/server.ts";

const MAX = 25 * 1024 * 1024;

/** How often a comment about a place was written for the first time. */
const commentsOn = (s: System, number: number) =>
  s.github.comments.filter((comment) => comment.number === number);

const events = async (s: System, query = "") =>
  (await s.call("GET", `/api/webhooks/events?limit=500${query}`)).json.items;

Deno.test("a signed comment is worked on, watched live, answered once, and listed", async () => {
  await using s = await startSystem();
  await s.startWorker();
  const { status, json } = await s.deliver(commentOf("@agent analyze this [[slow:60:30]]"));
  assert.deepEqual([status, json.outcome, json.task_ids.length], [200, "accepted", 1]);
  const [task_id] = json.task_ids;

  await using reader = await s.watch(task_id);
  assert.equal(reader.headers.get("content-type"), "text/event-stream; charset=utf-8");
  await reader.until((seen) => named(seen, "task.output").some((e) => e.data.kind === "text"));
  const halfway = (await s.call("GET", `/api/tasks/${task_id}`)).json;
  assert.equal(halfway.status, "running", "it was seen while it was written");
  await reader.ended;
  assert.deepEqual(seqs(reader.events), upTo(seqs(reader.events).length));
  const last = reader.events.at(-1)!;
  assert.deepEqual([last.event, last.id, last.data.status], ["task.completed", null, "completed"]);
  const said = named(reader.events, "task.output").filter((e) => e.data.kind === "text");
  assert.equal(said.map((e) => e.data.text).join("").trim(), last.data.output.trim());
  assert.match(last.data.output, /^tok0 tok1 .*tok59 $/);
  assert.ok(last.data.cost_usd > 0 && last.data.output_tokens > 0 && last.data.num_turns === 1);

  await s.github.until(() => s.github.comments.length === 1 && s.github.reactions.length === 1);
  const [comment] = s.github.comments;
  assert.equal(comment.repository, "Codertocat/Hello-World");
  assert.equal(comment.number, 1);
  assert.match(comment.body, /tok59/);
  assert.equal(s.github.reactions[0].content, "eyes");
  assert.match(s.github.reactions[0].path, /\/issues\/comments\/492700400\/reactions$/);

  const [listed] = await events(s);
  assert.deepEqual([listed.delivery_id, listed.outcome, listed.task_ids, listed.event_type], [
    json.delivery_id,
    "accepted",
    [task_id],
    "issue_comment.created",
  ]);
  assert.ok(listed.commands.find((c: { name: string }) => c.name === "analyze").matched);
  const one = await s.call("GET", `/api/webhooks/events/${json.delivery_id}`);
  assert.ok(one.json.answered_ms > 0, "how long the answer took is noted");
});

Deno.test("the same delivery fifty times at once is one task and one comment", async () => {
  await using s = await startSystem();
  await s.startWorker();
  const payload = commentOf("@agent plan [[hello]]");
  const headers = { "x-github-delivery": "d0000000-0000-0000-0000-000000000050" };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => s.deliver(payload, { headers })),
  );
  assert.ok(answers.every((answer) => answer.status === 200));
  const outcomes = Map.groupBy(answers, (answer) => answer.json.outcome);
  assert.equal(outcomes.get("accepted")?.length, 1);
  assert.equal(outcomes.get("duplicate")?.length, 49);
  const ids = new Set(answers.map((answer) => JSON.stringify(answer.json.task_ids)));
  assert.equal(ids.size, 1, "each names the first one's task");
  assert.equal((await s.call("GET", "/api/tasks")).json.items.length, 1);
  const [task_id] = answers[0].json.task_ids;
  assert.equal((await s.ended(task_id)).status, "completed");
  await s.github.until(() => s.github.comments.length === 1 && s.github.reactions.length === 1);

  const again = await s.deliver(payload, { headers });
  assert.deepEqual([again.json.outcome, again.json.task_ids], ["duplicate", [task_id]]);
  const listed = await events(s);
  assert.equal(listed.length, 51, "every try left its trace");
  assert.equal(listed.filter((e: { outcome: string }) => e.outcome === "accepted").length, 1);
});

const notUtf8 = new Uint8Array([...bytesOf({ action: "created", x: "" }).slice(0, -2), 0xff, 0x22]);
const good = commentOf("@agent analyze");

/** What is sent, what it is answered, and what the list says of it. */
const BAD: [string, unknown, Change, number, string | null, RegExp | null][] = [
  ["unsigned", good, { headers: { "x-hub-signature-256": null } }, 401, "refused", /signature/i],
  ["wrongly signed", good, { secret: "not the secret" }, 401, "refused", /signature/i],
  [
    "signed for other bytes",
    good,
    {
      headers: { "x-hub-signature-256": sign(bytesOf({}), WEBHOOK_SECRET) },
    },
    401,
    "refused",
    /signature/,
  ],
  ["not UTF-8", notUtf8, {}, 400, "invalid", /UTF-8/],
  ["not JSON", new TextEncoder().encode("{not json"), {}, 400, "invalid", /JSON/],
  ["no object", [1, 2], {}, 400, "invalid", /./],
  ["of the wrong shape", { ...good, issue: "seven" }, {}, 400, "invalid", /issue/],
  ["an event that nobody knows", { zen: 1 }, { event: "brand_new" }, 200, "ignored", /./],
  ["nothing at all", new Uint8Array(), {}, 400, "invalid", /./],
];

Deno.test("bad deliveries get a clear answer and are listed, and the next good one is taken", async (t) => {
  const step = inOrder(t);
  await using s = await startSystem();
  for (const [what, body, change, status, outcome, reason] of BAD) {
    await step(what, async () => {
      const answer = await s.deliver(body, change);
      assert.equal(answer.status, status, answer.text);
      const [listed] = await events(s);
      assert.equal(listed.outcome, outcome);
      if (reason) assert.match(listed.reason, reason);
      assert.deepEqual(listed.task_ids, []);
      if (status === 401) assert.doesNotMatch(answer.text, /wrong shape|UTF-8|secret/);
    });
  }
  await step("too large, as it says of itself", async () => {
    const answer = await s.deliver(new Uint8Array(MAX + 1));
    assert.equal(answer.status, 413);
    const [listed] = await events(s);
    assert.deepEqual([listed.outcome, listed.reason], [
      "refused",
      `the body is larger than ${MAX} bytes`,
    ]);
  });
  await step("too large, and only the reading shows it", async () => {
    const status = await postInPieces(s.server().port, MAX + 1);
    assert.equal(status, 413);
    const [listed] = await events(s);
    assert.match(listed.reason, /larger than/);
    assert.ok(listed.body_bytes > MAX && listed.body_bytes < MAX + 1_000_000);
  });
  await step("a webhook that is not there", async () => {
    const at = `${s.server().url}/webhooks/nobody`;
    const response = await fetch(at, { method: "POST", body: "{}" });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    await response.body?.cancel();
  });
  await step("and the server is well", async () => {
    assert.equal((await s.call("GET", "/api/health")).status, 200);
    const { json } = await s.deliver(good);
    assert.equal(json.outcome, "accepted");
    assert.equal((await s.call("GET", "/api/tasks")).json.items.length, 1);
    const refused = await events(s, "&outcome=refused");
    assert.equal(refused.length, 6);
    assert.doesNotMatch(s.server().log(), /"level":"ERROR"/);
  });
});

/** A body without a length; what is answered while it is still being sent is the answer. */
async function postInPieces(port: number, bytes: number): Promise<number> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const answer = firstLine(connection);
  const head = "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
    "Content-Type: application/json\r\nX-GitHub-Event: issue_comment\r\n\r\n";
  const writer = connection.writable.getWriter();
  try {
    await writer.write(new TextEncoder().encode(head));
    const piece = new Uint8Array(65536);
    for (let sent = 0; sent < bytes; sent += piece.length) {
      await writer.write(new TextEncoder().encode(`${piece.length.toString(16)}\r\n`));
      await writer.write(piece);
      await writer.write(new TextEncoder().encode("\r\n"));
    }
    await writer.write(new TextEncoder().encode("0\r\n\r\n"));
  } catch { /* the server has hung up, which is its right */ }
  const line = await answer;
  try {
    connection.close();
  } catch { /* closed by its streams */ }
  return Number(line.split(" ")[1]);
}

async function firstLine(connection: Deno.Conn): Promise<string> {
  let text = "";
  for await (const piece of connection.readable.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("\r\n")) break;
  }
  return text.split("\r\n")[0];
}

Deno.test("what Postgres cannot hold comes through from a comment to its answer", async () => {
  await using s = await startSystem();
  await s.startWorker();
  const { json } = await s.deliver(commentOf("@agent analyze a\u0000b \ud83d c [[unicode]]"));
  assert.equal(json.outcome, "accepted");
  const task = await s.ended(json.task_ids[0]);
  assert.deepEqual([task.status, task.error], ["completed", null]);
  assert.match(task.output!, /NUL \\u0000 /);
  assert.match(task.output!, /lone \\ud83d/);
  await s.github.until(() => commentsOn(s, 1).length === 1);
  assert.match(s.github.comments[0].body, /naïve 日本語/);
});

Deno.test("help, and a yes where no plan waits, are answered and start nothing; strangers get no answer", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker();
  const stranger = commentOf("@agent analyze", (p) => p.comment.author_association = "NONE");
  const ignored = await s.deliver(stranger);
  assert.deepEqual([ignored.json.outcome, ignored.json.task_ids], ["ignored", []]);
  for (
    const [text, says] of [["@agent help", /analyze/], ["@agent approve", /No plan waits/]] as const
  ) {
    const before = s.github.comments.length;
    const { json } = await s.deliver(commentOf(text));
    assert.deepEqual([json.outcome, json.task_ids], ["accepted", []]);
    await s.github.until(() => s.github.comments.length > before);
    assert.match(s.github.comments.at(-1)!.body, says);
  }
  assert.equal(s.github.comments.length, 2);

  // Our own answer comes back as a delivery, as GitHub tells of every comment.
  const [own] = s.github.comments;
  const us = { id: 1, login: "the-agent", type: "User" };
  const echo = await s.deliver(commentOf(own.body, (p) => {
    Object.assign(p.comment, { id: own.id, user: us });
    p.sender = us;
  }));
  assert.equal(echo.json.outcome, "ignored", "we do not talk to ourselves");
  assert.equal((await s.call("GET", "/api/tasks")).json.items.length, 0);
  const reasons = (await events(s, "&outcome=ignored")).map((e: { reason: string }) => e.reason);
  assert.match(reasons.join("\n"), /our own[\s\S]*is NONE here/);
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});
