/** Watching, speaking to, and repeating a task, while servers come and go. */
import assert from "node:assert/strict";
import { startSystem, type System } from "@/tests/flows/system.ts";
import { ADMIN_TOKEN } from "@/tests/helpers/server.ts";
import { named, readSse, seqs, type SseEvent, upTo } from "@/tests/helpers/sse.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

const lastId = (events: SseEvent[]) => events.findLast((event) => event.id !== null)?.id;

Deno.test("a reader who comes back after each death of the server gets everything once, in order", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker();
  const everything = (last_event_id?: string) =>
    readSse(`${s.server().url}/api/events`, { token: ADMIN_TOKEN, last_event_id });
  const overview = await everything();
  overview.ended.catch(() => {}); // the server dies under it
  const task_id = await s.chat("[[slow:100:50]]");
  const seen: SseEvent[] = [];
  const all: SseEvent[] = [];
  const dies = async (signal: "SIGKILL" | "SIGTERM", reader: typeof overview) => {
    const over = reader.ended.catch(() => {});
    await reader.until((events) => seqs(events).length >= 8);
    await s.server().kill(signal);
    await over;
    seen.push(...reader.events);
    await s.restartServer();
  };
  await dies("SIGKILL", await s.watch(task_id));
  await overview.ended.catch(() => {});
  all.push(...overview.events);
  assert.ok(lastId(seen), "it stands somewhere in the middle");
  await dies("SIGTERM", await s.watch(task_id, lastId(seen)!));
  await using last = await s.watch(task_id, lastId(seen)!);
  await last.ended;
  seen.push(...last.events);

  const task = await s.ended(task_id);
  assert.deepEqual([task.status, task.attempt], ["completed", 1], "the run never noticed");
  assert.deepEqual(seqs(seen), upTo(task.last_seq));
  const words = named(seen, "task.output").filter((e) => e.data.kind === "text");
  assert.equal(words.map((e) => e.data.text).join(""), task.output);
  assert.equal(seen.at(-1)!.event, "task.completed");

  await using rest = await everything(lastId(all)!);
  all.push(...await rest.until((events) => named(events, "task.completed").length > 0));
  for (const name of ["task.created", "task.started", "task.completed"]) {
    assert.equal(named(all, name).length, 1, `${name} was told once over both servers`);
  }

  const again = await fetch(`${s.server().url}/api/tasks/${task_id}/stream`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "last-event-id": String(task.last_seq) },
  });
  assert.equal(again.status, 204, "there is nothing left to say");
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});

Deno.test("a word to a running CLI reaches the model in the same run", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker();
  const task_id = await s.chat("[[bash:until [ -e go ]; do sleep 0.05; done; sleep 0.3]]");
  const say = (message: string) => s.call("POST", `/api/tasks/${task_id}/input`, { message });
  await s.until(task_id, (task) => task.last_seq >= 3);
  assert.equal((await say("/stop it, use the periwinkle")).status, 202);
  await using reader = await s.watch(task_id);
  await untilTaken(s, task_id);
  await Deno.writeTextFile(`${worker.data_dir}/runs/${task_id}/work/go`, "");
  const task = await s.ended(task_id);
  assert.deepEqual([task.status, task.error], ["completed", null]);
  const last = JSON.stringify(s.model.requests.at(-1)!.body.messages);
  assert.match(last, /\/stop it, use the periwinkle/);
  assert.equal(s.model.requests.length, 2, "no run of its own was needed");
  await reader.ended;
  const shown = named(reader.events, "task.output").filter((e) =>
    e.data.data?.subtype === "message"
  );
  assert.match(shown[0]?.data.text, /periwinkle/, "and readers see who said what");

  const late = await say("too late");
  assert.equal(late.status, 409);
  assert.match(late.json.detail, /not running/);
});

/** The worker has handed over every message for the task. */
async function untilTaken({ db }: System, task_id: string): Promise<void> {
  await untilTrue(async () => {
    const [{ waiting }] = await db.sql<{ waiting: number }[]>`
      select count(*) as waiting from task_inputs where task_id = ${task_id} and taken_at is null`;
    return waiting === 0;
  });
}

Deno.test("a task that has ended can be asked again; one that has not cannot", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker({ env: { MAX_CONCURRENT_TASKS: "1" } });
  const retry = (task_id: string) => s.call("POST", `/api/tasks/${task_id}/retry`);
  const task_id = await s.chat("[[sleep:1000]] cornflower");
  await s.until(task_id, (task) => task.last_seq >= 3);
  const early = await retry(task_id);
  assert.equal(early.status, 409);
  assert.match(early.json.detail, /This task is running/);
  await s.call("POST", `/api/tasks/${task_id}/stop`);

  const { status, json } = await retry(task_id);
  assert.deepEqual([status, json.status, json.attempt, json.retry_of], [202, "queued", 1, task_id]);
  assert.notEqual(json.task_id, task_id);
  const again = await s.until(json.task_id, (task) => task.last_seq >= 3);
  assert.deepEqual([again.status, again.input_message], ["running", "[[sleep:1000]] cornflower"]);
  assert.equal((await s.call("GET", `/api/tasks/${task_id}`)).json.status, "cancelled");
  await s.call("POST", `/api/tasks/${json.task_id}/stop`);
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});
