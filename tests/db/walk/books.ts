import assert from "node:assert/strict";
import { type Task, taskColumns } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { endWorkers } from "@/db/machines.ts";
import { nudgeForgotten, reclaimTasks } from "@/db/tasks/reclaim.ts";
import { claimOf, claimTask, finishTask } from "@/db/tasks/run.ts";
import { join, type World } from "@/tests/db/walk/world.ts";
import { NOTHING_USED } from "@/tests/helpers/records.ts";
import { sendReply } from "@/workers/send_reply.ts";

/** All tasks of the walk, those that came of others too. */
async function tasksOf({ sound: { sql }, task_ids }: World): Promise<Task[]> {
  return await sql<Task[]>`
    select ${taskColumns(sql)} from tasks where conversation_id in (
      select conversation_id from tasks where task_id = any (${[...task_ids]}::uuid[]))
    order by task_id`;
}

/** Faults are over: a worker does what is left, as it is told by jobs and backstops alone. */
export async function settle(world: World): Promise<void> {
  const { sound } = world;
  for (const { sending } of world.members) await Promise.all(sending);
  const dead = world.members.map(({ runs }) => runs.worker_id);
  await endWorkers(sound, dead);
  const { runs } = await join(world);
  for (let rounds = 0; rounds < 50; rounds++) {
    // Again, since another walk may have had a row locked the time before.
    await reclaimTasks(sound);
    const tasks = await tasksOf(world);
    const waiting = tasks.filter((task) => !hasEnded(task.status));
    if (waiting.length === 0) break;
    await runNudged(world, waiting, runs.worker_id);
  }
  await sendAll(world, runs);
}

async function runNudged({ sound }: World, waiting: Task[], worker_id: string): Promise<void> {
  const ids = waiting.map((task) => task.task_id);
  await sound.sql`update tasks set created_at = now() - interval '1 min'
    where task_id = any (${ids}::uuid[])`;
  await nudgeForgotten(sound);
  const jobs = await sound.sql<{ id: string }[]>`
    select distinct data->>'id' as id from pgboss.job
    where name = 'run_task' and state = 'created' and data->>'id' = any (${ids})`;
  const held = waiting.some((task) => task.status === "running");
  assert.ok(held || jobs.length > 0, "a task waits and no job says so");
  for (const { id: task_id } of jobs) {
    const task = await claimTask(sound, { task_id, worker_id, machine_id: "walk" });
    if (!task) continue;
    const output = `answer of ${task.claim_id}`;
    const ending = { status: "completed" as const, output, error: null, usage: NOTHING_USED };
    assert.ok(await finishTask(sound, claimOf(task), ending));
  }
}

async function sendAll(world: World, runs: World["worker"]["runs"]): Promise<void> {
  const { sound, worker } = world;
  const ids = (await tasksOf(world)).map((task) => task.task_id);
  for (let rounds = 0; rounds < 60; rounds++) {
    const due = await sound.sql<{ reply_id: string }[]>`
      update replies set next_try_at = null, turn_at = null, tries = least(tries, 20)
      where status = 'pending' and task_id = any (${ids}::uuid[]) returning reply_id`;
    if (due.length === 0) return;
    await sound.sql`delete from reply_pace`;
    for (const { reply_id } of due) await sendReply({ ...worker, db: sound, runs }, reply_id);
  }
}

/** What must be true of every walk, whatever went wrong on it. */
export async function balance(world: World): Promise<void> {
  const tasks = await tasksOf(world);
  const ids = tasks.map((task) => task.task_id);
  for (const id of world.task_ids) assert.ok(ids.includes(id), `task ${id} is lost`);
  for (const task of tasks) checkTask(world, task);
  await checkEvents(world, ids);
  await checkOutput(world, ids);
  await checkAnswers(world, tasks);
  await checkInputs(world);
}

function checkTask({ starts }: World, task: Task): void {
  assert.ok(hasEnded(task.status), `${task.task_id} is ${task.status}`);
  assert.deepEqual([task.worker_id, task.claim_id], [null, null]);
  assert.ok(task.attempt - 1 <= (starts.get(task.task_id) ?? 0), "an attempt without a CLI");
  assert.ok(task.crash_count < 2, "the second crash is the end");
}

async function checkEvents({ sound: { sql } }: World, ids: string[]): Promise<void> {
  const rows = await sql<{ task_id: string; ends: number }[]>`
    select task_id, count(*) as ends from events where task_id = any (${ids}::uuid[])
      and event in ('task.completed', 'task.failed', 'task.cancelled') group by task_id`;
  assert.equal(rows.length, ids.length, "each task says how it ended");
  for (const { task_id, ends } of rows) assert.equal(ends, 1, `${task_id} ended ${ends} times`);
}

async function checkOutput({ sound: { sql } }: World, ids: string[]): Promise<void> {
  const rows = await sql<{ task_id: string; seq: number; text: string; last_seq: number }[]>`
    select task_id, seq, text, last_seq from task_output join tasks using (task_id)
    where task_id = any (${ids}::uuid[]) order by task_id, seq`;
  const by_task = Map.groupBy(rows, (row) => row.task_id);
  for (const [task_id, lines] of by_task) {
    assert.deepEqual(lines.map((line) => line.seq), lines.map((_, i) => i + 1), "a gap");
    assert.equal(lines.at(-1)!.seq, lines[0].last_seq);
    const writers = lines.map((line) => line.text).filter((text, i, all) => text !== all[i - 1]);
    assert.equal(new Set(writers).size, writers.length, `two runs of ${task_id} wrote in turns`);
  }
}

async function checkAnswers({ sound: { sql }, github }: World, tasks: Task[]): Promise<void> {
  for (const task of tasks) {
    if (!task.source_metadata.reply_to) continue;
    const replies = await sql`select status from replies where task_id = ${task.task_id}`;
    assert.deepEqual(replies.map((reply) => reply.status), ["sent"]);
    const marker = `<!-- agent:${task.task_id} -->`;
    const comments = github.comments.filter(({ body }) => body.includes(marker));
    assert.equal(comments.length, 1, `${task.task_id} was answered ${comments.length} times`);
    const said = task.status === "completed" ? task.output! : task.error!;
    assert.ok(comments[0].body.includes(said), `${comments[0].body} is not the last answer`);
  }
}

/** Each message that was accepted was heard, is part of a next task, or its task was stopped. */
async function checkInputs({ sound: { sql }, accepted_inputs }: World): Promise<void> {
  for (const { task_id, message } of accepted_inputs) {
    const [row] = await sql`
      select i.heard_at, i.next_task_id, t.status, n.input_message from task_inputs i
        join tasks t on t.task_id = i.task_id left join tasks n on n.task_id = i.next_task_id
      where i.task_id = ${task_id} and i.message = ${message}`;
    const passed_on = row.input_message?.includes(message) ?? false;
    const said = await sql`select from messages where content like ${"%" + message + "%"}`;
    assert.ok(
      row.heard_at || passed_on || (row.status === "cancelled" && said.length > 0),
      message,
    );
  }
}
