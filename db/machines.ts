import type { Database } from "@/db/client.ts";
import { addEvent } from "@/db/events.ts";
import { reclaimReplies } from "@/db/replies/sending.ts";
import { reclaimTasks } from "@/db/tasks/reclaim.ts";

/** A worker without a sign of life for this long has lost its tasks. */
export const LEASE_SECONDS = 30;

export interface MachineReport {
  machine_id: string;
  cli_version: string | null;
  logged_in: boolean | null;
  login_hint: string | null;
  isolation: string | null;
  isolation_reason: string | null;
  slots: number;
}

export interface Machine extends MachineReport {
  load_1m: number | null;
  first_seen_at: Date;
  last_seen_at: Date | null;
  alive: boolean;
  running: number;
}

export async function registerWorker(
  { sql }: Database,
  worker: { worker_id: string; pid: number },
  machine: MachineReport,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      insert into machines ${tx({ ...machine })}
      on conflict (machine_id) do update set ${tx({ ...machine })}`;
    await tx`
      insert into workers (worker_id, machine_id, pid, lease_until)
      values (${worker.worker_id}, ${machine.machine_id}, ${worker.pid},
        now() + ${LEASE_SECONDS} * interval '1 s')`;
    await addEvent(tx, "agent.status", null, { machine_id: machine.machine_id, alive: true });
  });
}

/** Renews the lease. False when this worker is unknown or stopped: it must end its runs. */
export async function heartbeat(
  { sql }: Database,
  worker_id: string,
  load_1m: number | null,
): Promise<boolean> {
  const done = await sql`
    with alive as (
      update workers set lease_until = now() + ${LEASE_SECONDS} * interval '1 s'
      where worker_id = ${worker_id} and stopped_at is null and lease_until > now()
      returning machine_id
    )
    update machines set load_1m = ${load_1m}
    where machine_id = (select machine_id from alive)`;
  return done.count === 1;
}

export async function endLease({ sql }: Database, worker_id: string): Promise<void> {
  await sql.begin(async (tx) => {
    const [worker] = await tx<{ machine_id: string }[]>`
      update workers set stopped_at = now(), lease_until = now()
      where worker_id = ${worker_id} and stopped_at is null returning machine_id`;
    if (worker) await addEvent(tx, "agent.status", null, { ...worker, alive: false });
  });
}

/** Gives back at once what workers held that are known to be over. Returns how many of each. */
export async function endWorkers(
  db: Database,
  worker_ids: string[],
): Promise<{ tasks: number; replies: number }> {
  for (const worker_id of worker_ids) await endLease(db, worker_id);
  const [tasks, replies] = await Promise.all([reclaimTasks(db), reclaimReplies(db)]);
  return { tasks: tasks.length, replies: replies.length };
}

const MOST = 500;

/** After so many days without a sign of life, and with nothing running, a machine is forgotten. */
export const FORGOTTEN_DAYS = 30;

export const listMachines = (db: Database): Promise<Machine[]> =>
  readMachines(
    db,
    db.sql`order by alive desc, case when w.alive then null else w.last_seen_at end
    desc nulls first, m.machine_id limit ${MOST}`,
  );

export async function getMachine(db: Database, machine_id: string): Promise<Machine | null> {
  const [machine] = await readMachines(db, db.sql`where m.machine_id = ${machine_id}`);
  return machine ?? null;
}

async function readMachines(
  { sql }: Database,
  rest: ReturnType<Database["sql"]>,
): Promise<Machine[]> {
  return await sql<Machine[]>`
    select m.*, w.last_seen_at, coalesce(w.alive, false) as alive,
      (select count(*) from tasks t join workers r using (worker_id)
        where t.status = 'running' and r.machine_id = m.machine_id) as running
    from machines m cross join lateral (
      select bool_or(lease_until > now()) as alive,
        max(lease_until - ${LEASE_SECONDS} * interval '1 s') as last_seen_at
      from workers where machine_id = m.machine_id
    ) w ${rest}`;
}
