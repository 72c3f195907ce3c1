import { setTimeout as pause } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import { pauseFor } from "@/db/process/pause.ts";
import { sweepRuns } from "@/workers/claude/process_tree.ts";
import { isSilent, type Moment, momentOf, now } from "@/workers/guard/silence.ts";

const log = getLogger(["agent", "guard"]);

export interface GuardTimes {
  silence_ms: number;
  look_ms: number;
  slots?: number;
}

/** The worker lives as `worker_id`, as of `since_ms`. Or it stops. */
const ALIVE = /^alive ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d+)$/;
export const aliveLine = (worker_id: string, since_ms: number) =>
  `alive ${worker_id} ${Math.round(since_ms)}`;
export const STOP_LINE = "stop";

// A process that the worker was just starting shows its mark a moment later.
const LAST_LOOKS = 3;
const LAST_LOOK_MS = 200;

/** Ends what the worker runs when it is silent too long, or gone without saying that it stops. */
export async function guardRuns(lines: AsyncIterable<string>, times: GuardTimes): Promise<void> {
  const guard = new Guard(times);
  const over = new AbortController();
  const reading = guard.listen(lines).finally(() => over.abort());
  while (!over.signal.aborted) {
    if (guard.isSilent()) await guard.endRuns("the worker is silent");
    await pauseFor(times.look_ms, over.signal);
  }
  await reading;
  const looks = guard.is_stopping ? 1 : LAST_LOOKS;
  for (let clean = 0; clean < looks;) {
    clean = await guard.endRuns("the worker is gone") ? 0 : clean + 1;
    if (clean < looks) await pause(LAST_LOOK_MS);
  }
}

class Guard {
  readonly #worker_ids = new Set<string>();
  readonly #times: GuardTimes;
  #heard: Moment | null = null;
  is_stopping = false;

  constructor(times: GuardTimes) {
    this.#times = times;
  }

  async listen(lines: AsyncIterable<string>): Promise<void> {
    for await (const line of lines) {
      if (line === STOP_LINE) this.is_stopping = true;
      const [, worker_id, since_ms] = line.match(ALIVE) ?? [];
      if (!worker_id) continue;
      this.#worker_ids.add(worker_id);
      const heard = momentOf(Number(since_ms), now());
      if (!this.#heard || heard.steady_ms > this.#heard.steady_ms) this.#heard = heard;
    }
  }

  isSilent(): boolean {
    return this.#heard !== null && isSilent(this.#heard, now(), this.#times.silence_ms);
  }

  async endRuns(why: string): Promise<boolean> {
    const isOurs = (run_id: string) =>
      [...this.#worker_ids].some((worker_id) => run_id.startsWith(`${worker_id}.`));
    try {
      const left = await sweepRuns(isOurs, this.#times.slots);
      if (left.length > 0) log.warn("{why}: what it ran was ended: {left}", { why, left });
      return left.length > 0;
    } catch (error) {
      log.error("{why}, and what it ran could not be ended: {error}", { why, error });
      return false;
    }
  }
}
