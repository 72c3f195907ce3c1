import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { getSetting } from "@/db/settings.ts";
import { listReplies } from "@/db/replies.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { untilEnded, untilTrue } from "@/tests/helpers/until.ts";
import { runTask } from "@/workers/run_task.ts";
import { pauseAfter, sendReply } from "@/workers/send_reply.ts";
import { ProviderError } from "@/server/providers/provider.ts";

const asking = (input_message: string) => acceptRecord({ task: { input_message } });

Deno.test("a comment is answered with 👀 at once and one comment at the end", async () => {
  await using m = await machine();
  await using _worker = await m.start();
  const { task_ids: [task_id] } = await acceptDelivery(m.db, asking("[[hello]]"));
  const task = await untilEnded(m.db, task_id);
  assert.deepEqual([task.status, task.error], ["completed", null]);
  await m.github.until(() => m.github.comments.length === 1 && m.github.reactions.length === 1);
  const [comment] = m.github.comments;
  assert.match(comment.body, /Hello/);
  assert.match(comment.body, new RegExp(`<!-- agent:${task_id} -->`));
  assert.equal(comment.number, 7);
  assert.deepEqual(m.github.reactions, [
    { path: "/repos/octo/hello/issues/comments/99/reactions", content: "eyes" },
  ]);
  const who = { id: "1", name: "the-agent" };
  assert.deepEqual(await getSetting(m.db, "own_names"), { github: who }, "who we are was learned");
});

Deno.test("a long run is announced, and the announcement becomes the answer", async () => {
  await using m = await machine();
  const worker = await m.worker({ acknowledge_after_seconds: 0.2 });
  const { task_ids: [task_id] } = await acceptDelivery(m.db, asking("[[slow:10:100]]"));
  const run = runTask(worker, task_id, 0);
  const announced = await untilReply(m.db, task_id, () => true);
  await sendReply(worker, announced.reply_id);
  assert.match(m.github.comments[0].body, /On it: .*\/tasks\//);
  await run;
  await sendReply(worker, announced.reply_id);
  assert.deepEqual(m.github.comments.map((comment) => comment.edits), [1]);
  assert.doesNotMatch(m.github.comments[0].body, /On it/);
});

Deno.test("a rate limit and a broken answer are tried again, and no comment is doubled", async () => {
  await using m = await machine();
  const limit = () =>
    Response.json({ message: "secondary rate limit" }, {
      status: 403,
      headers: { "retry-after": "1" },
    });
  const broken = () => new Response("Bad Gateway", { status: 502 });
  m.github.failNext("POST", /\/issues\/7\/comments$/, limit, broken);
  await using _worker = await m.start();
  const { task_ids: [task_id] } = await acceptDelivery(m.db, asking("[[hello]]"));
  await untilEnded(m.db, task_id);
  await m.github.until(() => m.github.comments.length === 1);
  const tries = m.github.calls.filter((call) =>
    call.method === "POST" && /\/7\/comments$/.test(call.path)
  );
  assert.equal(tries.length, 3);
});

Deno.test("a refusal for good is kept with its reason", async () => {
  await using m = await machine();
  const gone = () => Response.json({ message: "Not Found" }, { status: 404 });
  m.github.failNext("POST", /\/issues\/7\/comments$/, gone);
  await using _worker = await m.start();
  const { task_ids: [task_id] } = await acceptDelivery(m.db, asking("[[hello]]"));
  await untilEnded(m.db, task_id);
  const comment = await untilReply(m.db, task_id, (reply) => reply.status === "failed");
  assert.equal(comment.permanent, true);
  assert.match(comment.last_error!, /404|Not Found/);
});

Deno.test("pauses grow, follow the provider, and end", () => {
  const again = new ProviderError("busy", { permanent: false });
  assert.deepEqual([1, 2, 3, 20].map((tries) => pauseAfter(again, tries)), [2, 4, 8, 3600]);
  assert.equal(pauseAfter(again, 24), null);
  const asked = new ProviderError("busy", { permanent: false, retry_after_seconds: 90 });
  assert.equal(pauseAfter(asked, 1), 90);
  assert.equal(pauseAfter(new ProviderError("no", { permanent: true }), 1), null);
});

async function untilReply(
  db: Parameters<typeof listReplies>[0],
  task_id: string,
  fits: (reply: Awaited<ReturnType<typeof listReplies>>[number]) => boolean,
) {
  const look = async () =>
    (await listReplies(db, { task_id })).find((r) => r.kind === "comment" && fits(r));
  let found: Awaited<ReturnType<typeof look>>;
  await untilTrue(async () => (found = await look()) !== undefined);
  return found!;
}
