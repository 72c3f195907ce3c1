/** Postgres dies under load: nothing is lost, nothing is doubled, and nobody has to be restarted. */
import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { startEmbedded } from "@/db/embedded.ts";
import { migrate } from "@/db/migrate.ts";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { startServer } from "@/tests/flows/server_process.ts";
import { ADMIN_TOKEN, callAt, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { named, readSse, seqs, upTo } from "@/tests/helpers/sse.ts";
import { untilEnded } from "@/tests/helpers/until.ts";
import { startWorker } from "@/tests/helpers/worker.ts";
import { commentOf, delivery } from "@/tests/server/webhooks/samples.ts";

const NOBODY = "@agent analyze"; // of somebody who may not: kept, and starts nothing
const stranger = (n: number) =>
  commentOf(NOBODY, (payload) => {
    payload.comment.author_association = "NONE";
    payload.issue.number = n;
  });

Deno.test("Postgres is killed and comes back under deliveries, a running task and its reader", async () => {
  const folder = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  let postgres = await startEmbedded(folder);
  stack.defer(() => postgres.stop());
  await migrate(postgres.url);
  const db = connect(postgres.url);
  stack.defer(() => db.close());
  const model = stack.use(await startScriptedModel());
  const github = startGithubRecorder();
  stack.defer(() => github.close());
  const database_url = postgres.url;
  const server = stack.use(await startServer({ database_url }));
  const env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: "x-y-z-token", GITHUB_URL: github.url };
  const worker = stack.use(await startWorker({ database_url, model_url: model.url, env }));

  /** As a sender that tries again until it hears that it was taken. */
  const tries: number[] = [];
  const deliver = async (payload: unknown) => {
    const request = delivery(payload, { secret: WEBHOOK_SECRET });
    const headers = Object.fromEntries(request.headers);
    const body = new Uint8Array(await request.arrayBuffer());
    for (let n = 1;; n++) {
      const answer = await callAt(`${server.url}/webhooks/github`, "POST", body, {
        token: null,
        headers,
      });
      if (answer.status === 200) {
        tries.push(n);
        return answer.json;
      }
      assert.ok(answer.status >= 500, `${answer.status}: ${answer.text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const { task_ids: [task_id] } = await deliver(commentOf("@agent analyze [[slow:100:40]]"));
  await using reader = await readSse(`${server.url}/api/tasks/${task_id}/stream`, {
    token: ADMIN_TOKEN,
  });
  await reader.until((events) => seqs(events).length > 5);
  const load = Array.from({ length: 8 }, async (_, sender) => {
    for (let n = 0; n < 40; n++) await deliver(stranger(1000 * sender + n + 100));
  });
  await deliver(stranger(1));
  Deno.kill(postgres.pid, "SIGKILL");
  const during = callAt(`${server.url}/api/tasks`, "GET", undefined);
  postgres = await startEmbedded(folder);
  await Promise.all(load);
  assert.ok([200, 503].includes((await during).status), "an answer, and no crash");

  const task = await untilEnded(db, task_id);
  assert.deepEqual([task.status, task.error, task.attempt], ["completed", null, 1]);
  await reader.ended;
  assert.deepEqual(seqs(reader.events), upTo(task.last_seq), "each row once, in order");
  const said = named(reader.events, "task.output").filter((e) => e.data.kind === "text");
  assert.equal(said.map((e) => e.data.text).join(""), task.output);
  assert.equal(reader.events.at(-1)!.event, "task.completed");

  assert.equal(tries.length, 1 + 320 + 1);
  assert.ok(tries.some((n) => n > 1), "some did meet a Postgres that was away");
  const [{ kept }] = await db.sql<{ kept: number }[]>`
    select count(*) as kept from deliveries where outcome in ('accepted', 'ignored')`;
  assert.equal(kept, tries.length, "each delivery is there once");

  await github.until(() => github.comments.length === 1 && github.reactions.length === 1);
  const { task_ids: [next] } = await deliver(commentOf("@agent plan [[hello]]"));
  assert.equal((await untilEnded(db, next)).status, "completed", "and work goes on");
  const said_away = server.log().match(/Postgres is away or busy/g) ?? [];
  assert.equal(said_away.length, 1, "one line, however many deliveries met it");
  assert.deepEqual([await alive(worker.pid)], [true], "the worker is the same process");
});

const alive = (pid: number) => Deno.stat(`/proc/${pid}`).then(() => true, () => false);
