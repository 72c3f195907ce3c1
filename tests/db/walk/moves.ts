import { acceptDelivery } from "@/db/deliveries.ts";
import { newId } from "@/db/ids.ts";
import { endWorkers } from "@/db/machines.ts";
import { nudgeReplies, reclaimReplies } from "@/db/replies/sending.ts";
import { inputHeard, sendInput, takeInputs } from "@/db/task_inputs.ts";
import { appendOutput } from "@/db/task_output.ts";
import { retryTask } from "@/db/tasks/create.ts";
import { giveBack } from "@/db/tasks/give_back.ts";
import type { Interruption } from "@/db/nouns/task.ts";
import { giveBackUnheld, nudgeForgotten, reclaimTasks } from "@/db/tasks/reclaim.ts";
import { claimOf, claimTask, finishTask, markCliStarted } from "@/db/tasks/run.ts";
import { stopTask } from "@/db/tasks/stop.ts";
import { again, join, type Member, type Run, wasLost, type World } from "@/tests/db/walk/world.ts";
import { acceptRecord, chatTask, NOTHING_USED } from "@/tests/helpers/records.ts";
import { sendReply } from "@/workers/send_reply.ts";

type Move = (world: World) => Promise<unknown>;

const member = ({ dice, members }: World): Member => dice.pick(members);

/** A run that some worker believes it holds, perhaps wrongly. */
function anyRun(world: World): { who: Member; run: Run } | null {
  const all = [...world.members, ...world.ghosts].flatMap((who) =>
    [...who.held.values()].map((run) => ({ who, run }))
  );
  return all.length > 0 ? world.dice.pick(all) : null;
}

let issue = 0;

/** Somebody outside asks; the sender repeats a delivery that got no answer. */
async function ask(world: World): Promise<void> {
  const target = {
    repository: "octo/walk",
    number: ++issue,
    is_pull_request: false,
    on: "issue",
    comment_id: null,
    thread_comment_id: null,
  };
  const provider_delivery_id = newId();
  const task = { source_metadata: { provider: "github", reply_to: target } };
  const accepted = await again(() => {
    const record = acceptRecord({ provider_delivery_id, task });
    return acceptDelivery(world.db, { ...record, replies: [] });
  });
  if (!wasLost(accepted)) { for (const id of accepted.task_ids) world.task_ids.add(id); }
}

/** Somebody asks in the chat, perhaps in a conversation that is under way. */
async function chat(world: World): Promise<void> {
  const { sql } = world.sound;
  const ids = [...world.task_ids];
  const [known] = await sql`
    select conversation_id from tasks where task_id = any (${ids}::uuid[]) order by random() limit 1`;
  const conversation_id = world.dice.chance(0.5) ? known?.conversation_id ?? null : null;
  const { task_id } = await chatTask(world.sound, {
    prompt: "walk",
    tool_profile: "read",
    conversation_id,
  });
  world.task_ids.add(task_id);
}

async function claim(world: World): Promise<void> {
  const who = member(world);
  const queued = await world.sound.sql<{ task_id: string }[]>`
    select task_id from tasks where task_id = any (${[...world.task_ids]}::uuid[])
    order by status <> 'queued', task_id limit 2`;
  const { task_id } = world.dice.pick(queued);
  const wanted = {
    task_id,
    worker_id: who.runs.worker_id,
    machine_id: "walk",
    claim_id: newId(),
  };
  await world.sound
    .sql`delete from pgboss.job where name = 'run_task' and data->>'id' = ${task_id}`;
  const task = await again(() => claimTask(world.db, wanted));
  if (wasLost(task) || !task) return;
  who.held.set(wanted.claim_id, { claim: claimOf(task), seq: task.last_seq, started: false });
}

async function startCli(world: World): Promise<void> {
  const found = anyRun(world);
  if (!found || found.run.started) return;
  const { claim } = found.run;
  found.run.started = true;
  world.starts.set(claim.task_id, (world.starts.get(claim.task_id) ?? 0) + 1);
  await again(() => markCliStarted(world.db, claim));
}

async function print(world: World): Promise<void> {
  const found = anyRun(world);
  if (!found) return;
  const { run, who } = found;
  const rows = Array.from({ length: 1 + Math.floor(world.dice.roll() * 3) }, () => ({
    kind: "text" as const,
    text: run.claim.claim_id,
    data: null,
    message_id: "m",
    parent_tool_use_id: null,
  }));
  const stored = await again(() => appendOutput(world.db, run.claim, run.seq, rows, null));
  if (stored === true) run.seq += rows.length;
  else who.held.delete(run.claim.claim_id);
}

async function say(world: World): Promise<void> {
  const task_id = world.dice.pick([...world.task_ids]);
  const message = `said ${newId()}`;
  // A person who got an error sends it again or not: only what was answered counts.
  const answer = await again(() => sendInput(world.sound, task_id, message, "walk"));
  if (answer === "sent") world.accepted_inputs.push({ task_id, message });
}

async function hear(world: World): Promise<void> {
  const found = anyRun(world);
  if (!found) return;
  const { claim } = found.run;
  const taken = await again(() => takeInputs(world.db, [claim.claim_id]));
  if (wasLost(taken)) return;
  for (const { input_id } of taken) {
    if (world.dice.chance(0.5)) await again(() => inputHeard(world.db, claim, input_id));
  }
}

const stop: Move = (world) =>
  again(() => stopTask(world.db, world.dice.pick([...world.task_ids]), "walk"));

async function retry(world: World): Promise<void> {
  const answer = await retryTask(world.sound, world.dice.pick([...world.task_ids]), {
    name: "walk",
  });
  if (answer.outcome === "created") world.task_ids.add(answer.task.task_id);
}

async function finish(world: World): Promise<void> {
  const found = anyRun(world);
  if (!found) return;
  const { run, who } = found;
  const status = world.dice.chance(0.7) ? "completed" as const : "failed" as const;
  const error = status === "failed" ? "no luck" : null;
  const output = `answer of ${run.claim.claim_id}`;
  await again(() =>
    finishTask(world.db, run.claim, { status, output, error, usage: NOTHING_USED })
  );
  who.held.delete(run.claim.claim_id);
}

async function interrupt(world: World): Promise<void> {
  const found = anyRun(world);
  if (!found) return;
  const why = world.dice.pick<Interruption>(["worker_stopped", "cli_killed"]);
  await again(() => giveBack(world.db, found.run.claim, why, NOTHING_USED));
  found.who.held.delete(found.run.claim.claim_id);
}

/** Its process is gone; nobody tells. */
async function die(world: World): Promise<void> {
  const who = member(world);
  world.members.splice(world.members.indexOf(who), 1);
  await endLeaseBehind(world, who);
  if (world.members.length === 0) await join(world);
}

/** It goes on after its lease was over, and believes in what it holds. */
const pause: Move = (world) => endLeaseBehind(world, member(world));

/** A lease is longer than any call outside may take: what is on its way arrives before that. */
async function endLeaseBehind(world: World, { runs, sending }: Member): Promise<void> {
  await Promise.all(sending);
  await world.sound.sql`
    update workers set lease_until = now() where worker_id = ${runs.worker_id}`;
}

/** A worker that finds its lease over takes a new name. */
async function beginAnew(world: World): Promise<void> {
  const who = member(world);
  const alive = await world.sound.sql`
    select from workers where worker_id = ${who.runs.worker_id} and lease_until > now()`;
  if (alive.length > 0) return;
  world.members.splice(world.members.indexOf(who), 1);
  world.ghosts.push(who);
  await join(world);
  await again(() => endWorkers(world.db, [who.runs.worker_id]));
}

async function lookAfter(world: World): Promise<void> {
  const { runs, held } = member(world);
  await again(() => giveBackUnheld(world.db, runs.worker_id, (claim_id) => held.has(claim_id)));
  await again(() => reclaimTasks(world.db));
  await again(() => reclaimReplies(world.db));
  await again(() => nudgeForgotten(world.db));
  await again(() => nudgeReplies(world.db));
}

/** The outbox itself, against a GitHub that fails before or after it has done what was asked. */
async function send(world: World): Promise<void> {
  const ids = [...world.task_ids];
  const due = await world.sound.sql<{ reply_id: string }[]>`
    update replies set next_try_at = null, turn_at = null
    where status = 'pending' and task_id = any (${ids}::uuid[]) returning reply_id`;
  if (due.length === 0) return;
  await world.sound.sql`delete from reply_pace`; // all walks at once are more than GitHub allows
  const who = member(world);
  const worker = { ...world.worker, db: world.db, runs: who.runs };
  const sending = sendReply(worker, world.dice.pick(due).reply_id).catch((error) => {
    if ((error as { code?: string }).code !== "CONNECTION_CLOSED") throw error;
  }).finally(() => who.sending.delete(sending));
  who.sending.add(sending);
  if (world.dice.chance(0.5)) await sending;
}

/** What may happen, and how often beside the rest. */
export const MOVES: [name: string, weight: number, move: Move][] = [
  ["ask", 1, ask],
  ["chat", 1, chat],
  ["claim", 10, claim],
  ["startCli", 5, startCli],
  ["print", 5, print],
  ["say", 2, say],
  ["hear", 2, hear],
  ["stop", 1, stop],
  ["retry", 1, retry],
  ["finish", 3, finish],
  ["interrupt", 2, interrupt],
  ["die", 1, die],
  ["pause", 4, pause],
  ["beginAnew", 2, beginAnew],
  ["lookAfter", 5, lookAfter],
  ["send", 3, send],
];

const TOTAL = MOVES.reduce((sum, [, weight]) => sum + weight, 0);

/** One move by chance. */
export async function makeMove(world: World): Promise<void> {
  let left = world.dice.roll() * TOTAL;
  const [name, , move] = MOVES.find(([, weight]) => (left -= weight) < 0)!;
  world.log.push(name);
  await move(world);
}
