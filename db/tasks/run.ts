import { CHANNELS } from "@/db/channels.ts";
import type { Database, Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { type Task, taskColumns } from "@/db/tasks.ts";
import { readTask } from "@/db/tasks/read.ts";
import type { Coverage, Refusal } from "@/db/nouns/coverage.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import { afterEnd } from "@/db/tasks/after_end.ts";
import { holdWorkflowOf } from "@/db/workflows.ts";
import type { Left } from "@/db/workflows/after_step.ts";

/** A worker's hold on a task. `claim_id` is new for each run, and every write of the run shows it. */
export interface Claim {
  task_id: string;
  claim_id: string;
  worker_id: string;
  attempt: number;
}

const UNIQUE_VIOLATION = "23505";

/** Null: it is not its turn, or gone. May be repeated by `claim_id` when the answer was lost. */
export async function claimTask(
  db: Database,
  wanted: {
    task_id: string;
    worker_id: string;
    machine_id: string;
    claim_id?: string;
    cli_session_id?: string;
  },
): Promise<Task | null> {
  const claim_id = wanted.claim_id ?? newId();
  try {
    const claimed = await claim(db, { ...wanted, claim_id });
    return claimed ?? await claimedBefore(db, claim_id);
  } catch (error) {
    // Two tasks of one conversation were claimed at the same moment; the other one won.
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}

// One statement: this is the way from a request to its process, and each round trip is felt.
async function claim(
  { sql }: Database,
  wanted: Parameters<typeof claimTask>[1] & { claim_id: string },
): Promise<Task | undefined> {
  const [task] = await sql<Task[]>`
    with claimed as (
      update tasks t set status = 'running', worker_id = ${wanted.worker_id},
        claim_id = ${wanted.claim_id}, claim_count = claim_count + 1, cli_started_at = null,
        machine_id = ${wanted.machine_id}, started_at = coalesce(started_at, now()),
        cli_session_id = coalesce(cli_session_id, ${wanted.cli_session_id ?? newId()})
      where task_id = ${wanted.task_id} and status = 'queued'
        and exists (select from workers w where w.worker_id = ${wanted.worker_id}
          and w.stopped_at is null and w.lease_until > now())
        and (parent_task_id is not null or not exists (
          select from tasks other
          where other.conversation_id = t.conversation_id and other.parent_task_id is null
            and (other.status = 'running'
              or other.status = 'queued' and other.task_id < t.task_id)))
      returning *
    ), started as (
      insert into events (event, task_id, data)
      select 'task.started', task_id, jsonb_build_object('task_id', task_id, 'status', 'running',
        'machine_id', machine_id, 'attempt', attempt) from claimed
      returning task_id
    ), told as (
      select pg_notify(${CHANNELS.events}, ''), pg_notify(${CHANNELS.task}, task_id::text)
      from started
    )
    select ${taskColumns(sql)} from claimed, (select count(*) from told) as sent`;
  return task;
}

async function claimedBefore({ sql }: Database, claim_id: string): Promise<Task | null> {
  const [task] = await sql<Task[]>`
    select ${taskColumns(sql)} from tasks where claim_id = ${claim_id} and status = 'running'`;
  return task ?? null;
}

export function claimOf({ task_id, claim_id, worker_id, attempt }: Task): Claim {
  if (!claim_id || !worker_id) throw new TypeError(`Task ${task_id} is not claimed`);
  return { task_id, claim_id, worker_id, attempt };
}

/** The rows that a claim may still change: one, or none when it is lost. */
export const held = (sql: Sql, { task_id, claim_id }: Claim) =>
  sql`task_id = ${task_id} and claim_id = ${claim_id} and status = 'running'`;

/** Notes that the claim's CLI starts: from here on, an interruption counts as an attempt. */
export async function markCliStarted({ sql }: Database, claim: Claim): Promise<boolean> {
  const done = await sql`update tasks set cli_started_at = now() where ${held(sql, claim)}`;
  return done.count === 1;
}

/** Keeps the commit that a run begins with. False: the task is no longer ours. */
export async function setBaseCommit(
  { sql }: Database,
  claim: Claim,
  commit: string,
): Promise<boolean> {
  const done = await sql`
    update tasks set base_commit = ${commit} where ${held(sql, claim)}`;
  return done.count === 1;
}

/** Remembers the CLI's own session and model. False when the claim is lost. */
export async function setCliSession(
  { sql }: Database,
  claim: Claim,
  session: { cli_session_id: string; model: string | null },
): Promise<boolean> {
  const done = await sql`
    update tasks set cli_session_id = ${session.cli_session_id},
      model = coalesce(${session.model && storable(session.model)}, model)
    where ${held(sql, claim)}`;
  return done.count === 1;
}

export interface Ending extends Left {
  status: "completed" | "failed" | "cancelled";
  output: string | null;
  error: string | null;
  usage: Usage;
  result?: unknown;
  coverage?: Coverage | null;
  refusals?: Refusal[] | null;
}

/** All in one commit. A stopped task is `cancelled`, whatever the CLI said. Null: claim lost. */
export async function finishTask(db: Database, claim: Claim, ending: Ending): Promise<Task | null> {
  return await db.sql.begin(async (tx) => {
    await holdWorkflowOf(tx, claim.task_id);
    const [task] = await tx<Task[]>`
      update tasks set worker_id = null, claim_id = null, completed_at = now(),
        status = case when stop_requested_at is null then ${ending.status} else 'cancelled' end,
        output = ${ending.output && storable(ending.output)},
        error = case when stop_requested_at is null then ${ending.error && storable(ending.error)}
          else ${stopText(tx)} end,
        result = ${json(tx, ending.result)}, coverage = ${json(tx, ending.coverage)},
        refusals = ${json(tx, ending.refusals)},
        ${usageColumns(tx, ending.usage)}
      where ${held(tx, claim)} returning ${taskColumns(tx)}`;
    if (!task) return null;
    await afterEnd(tx, readTask(task), ending);
    return task;
  });
}

const json = (sql: Sql, value: unknown) =>
  value === null || value === undefined ? sql`null` : sql`${storableJson(value)}::text::jsonb`;

export const usageColumns = (sql: Sql, usage: Usage) =>
  sql`cost_usd = ${usage.cost_usd}, input_tokens = ${usage.input_tokens},
    output_tokens = ${usage.output_tokens}, cache_read_tokens = ${usage.cache_read_tokens},
    cache_creation_tokens = ${usage.cache_creation_tokens}, num_turns = ${usage.num_turns}`;

export const stopText = (sql: Sql) => sql`'Stopped' || coalesce(' by ' || stopped_by, '') || '.'`;
