import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import { takeReply } from "@/db/replies/sending.ts";
import { sending } from "@/tests/workers/reply_rows.ts";
import { sendReply } from "@/workers/send_reply.ts";

Deno.test("a fault of ours counts as a try, is kept and shown, and ends after a day of tries", async () => {
  const broken = () => {
    throw new TypeError("no such key");
  };
  await using m = await sending({ forwardSecret: broken, forward_hosts: ["127.0.0.1:1"] });
  const target = { url: "https://127.0.0.1:1/", event_type: "x", webhook_id: newId() };
  const id = await m.reply({ kind: "forward", body: "{}", target });
  const failed = await m.send(id);
  assert.deepEqual(
    [failed.status, failed.tries, failed.last_error, failed.sending_id],
    ["pending", 1, "unexpected: no such key", null],
  );
  assert.ok(failed.next_try_at! > new Date());
  await m.db.sql`update replies set tries = 23`;
  const given_up = await m.send(id);
  assert.deepEqual([given_up.status, given_up.permanent], ["failed", true]);
});

Deno.test("a reply whose tries never end is given up, with words", async () => {
  await using m = await sending();
  const id = await m.reply({ body: "Done" });
  await m.db.sql`update replies set tries = 24`;
  const reply = await m.send(id);
  assert.deepEqual([reply.status, reply.permanent], ["failed", true]);
  assert.match(reply.last_error!, /none of 24 tries came to an end/);
  assert.equal(m.github.comments.length, 0);
});

Deno.test("who looked for the marker for too long posts nothing: somebody else sends it", async () => {
  await using m = await sending();
  const id = await m.reply({ body: "Done" });
  await m.db.sql`update replies set tries = 1`; // one that may have arrived
  let other: Awaited<ReturnType<typeof takeReply>> = null;
  await using slow = lookingTakesLong(m.github.url, async () => {
    await m.db.sql`update replies set sending_until = now() - interval '1 s'`;
    other = await takeReply(m.db, id);
  });
  const github = { ...m.worker.connections.github, base_url: slow.url };
  const worker = { ...m.worker, connections: { ...m.worker.connections, github } };
  await sendReply(worker, id);
  assert.equal(m.github.comments.length, 0);
  const row = await m.row(id);
  assert.deepEqual([row.status, row.sending_id], ["pending", other!.sending_id]);
  assert.equal(row.last_error, null, "that is no failure of the reply");
});

/** In front of a service: does something before it answers who looks for comments. */
function lookingTakesLong(url: string, meanwhile: () => Promise<void>) {
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (request.method === "GET") await meanwhile();
    const { method, headers } = request;
    const body = method === "GET" ? undefined : await request.text();
    return await fetch(url + pathname + search, { method, headers, body });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
