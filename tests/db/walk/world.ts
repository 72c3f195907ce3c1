import type { Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { registerWorker } from "@/db/machines.ts";
import type { Claim } from "@/db/tasks/run.ts";
import type { Dice } from "@/tests/db/walk/dice.ts";
import { REPORT } from "@/tests/helpers/records.ts";
import type { GithubRecorder } from "@/server/demo/github_recorder.ts";
import { Runs } from "@/workers/runs.ts";
import type { Worker } from "@/workers/worker.ts";

/** A run as its worker knows it. */
export interface Run {
  claim: Claim;
  seq: number;
  /** Its CLI has started: it costs money from here on. */
  started: boolean;
}

/** A worker process: it may be dead without knowing, as one that was paused is. */
export interface Member {
  runs: Runs;
  /** What it holds, by claim. */
  held: Map<string, Run>;
  /** What it sends at the moment. */
  sending: Set<Promise<void>>;
}

/** What one walk knows of what it did. */
export interface World {
  /** Breaks. */
  db: Database;
  /** Does not: for looking, and for the end. */
  sound: Database;
  dice: Dice;
  worker: Worker;
  github: GithubRecorder;
  members: Member[];
  /** Workers of a name that is over, whose runs have not noticed. */
  ghosts: Member[];
  task_ids: Set<string>;
  /** Messages that were answered with 202. */
  accepted_inputs: { task_id: string; message: string }[];
  /** CLIs that were started, by task: what may have been charged. */
  starts: Map<string, number>;
  log: string[];
}

/** A new worker with a lease. */
export async function join({ sound, members }: World): Promise<Member> {
  const worker_id = newId();
  await registerWorker(sound, { worker_id, pid: 1 }, { machine_id: "walk", ...REPORT });
  const member = { runs: new Runs(worker_id), held: new Map(), sending: new Set<Promise<void>>() };
  members.push(member);
  return member;
}

const LOST = Symbol("lost");

/** As workers do: a statement that got no answer is sent again, a few times; then `lost`. */
export async function again<Result>(work: () => Promise<Result>): Promise<Result | typeof LOST> {
  for (let left = 3; left > 0; left--) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== "CONNECTION_CLOSED") throw error;
    }
  }
  return LOST;
}

export const wasLost = (result: unknown): result is typeof LOST => result === LOST;
