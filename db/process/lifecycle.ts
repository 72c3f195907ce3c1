import { getLogger } from "@logtape/logtape";
import { whenAborted, within } from "./pause.ts";

const log = getLogger(["agent", "process"]);

export interface Patience {
  /** Everything together. After that the process ends without what is still to be undone. */
  stop_ms: number;
  /** The step under way, and each undo, unless that step says otherwise. */
  step_ms: number;
}

/** Shorter than a supervisor waits before it kills (server/start/child.ts). */
const PATIENCE: Patience = { stop_ms: 12_000, step_ms: 5_000 };

export interface StepOptions {
  patience_ms?: number;
}

/** Throws once a stop was asked for, so that nothing further is begun. */
export type Step = <Made>(
  name: string,
  make: () => Made | Promise<Made>,
  undo?: (made: Made) => unknown,
  options?: StepOptions,
) => Promise<Made>;

/** Undoes all steps when it stops, or when one fails. Throws why, or what could not be undone. */
export async function liveUntilStopped(
  stopping: AbortSignal,
  start: (step: Step) => Promise<void>,
  patience: Patience = PATIENCE,
): Promise<void> {
  const life = new Life(stopping, patience);
  const failure = await life.begin(start);
  if (!failure) await whenAborted(stopping);
  if (stopping.aborted) log.info("stopping: {reason}", { reason: String(stopping.reason) });
  const left = await life.end();
  if (failure && !stopping.aborted) throw failure.error;
  if (left.length > 0) throw new StopError(left);
}

export class StopError extends Error {
  override name = "StopError";

  constructor(left: string[]) {
    super(`Stopped, but this could not be ended in time: ${left.join(", ")}.`);
  }
}

class StopAsked extends Error {}

const LATE: unique symbol = Symbol("late");

interface Undo {
  name: string;
  patience_ms: number;
  run(): unknown;
}

class Life {
  readonly #undos: Undo[] = [];
  readonly #left: string[] = [];
  #deadline = Infinity;

  constructor(readonly stopping: AbortSignal, readonly patience: Patience) {
    whenAborted(stopping).then(() => this.#startClock());
  }

  /** Null when all steps were done; else what kept them from it, which may be the stop. */
  async begin(start: (step: Step) => Promise<void>): Promise<{ error: unknown } | null> {
    try {
      await start((name, make, undo, options) => this.#step(name, make, undo, options));
      return null;
    } catch (error) {
      if (this.stopping.aborted && !(error instanceof StopAsked)) {
        log.info("the start was given up: {error}", { error });
      }
      return { error };
    }
  }

  async end(): Promise<string[]> {
    this.#startClock();
    for (const { name, patience_ms, run } of this.#undos.reverse()) {
      log.debug("stop: {name}", { name });
      if (!await ends(name, run, this.#bounded(patience_ms))) this.#left.push(name);
    }
    return this.#left;
  }

  async #step<Made>(
    name: string,
    make: () => Made | Promise<Made>,
    undo?: (made: Made) => unknown,
    options?: StepOptions,
  ): Promise<Made> {
    this.#throwIfStopping();
    log.debug("start: {name}", { name });
    const patience_ms = options?.patience_ms ?? this.patience.step_ms;
    const making = (async () => await make())();
    const late = whenAborted(this.stopping)
      .then(() => within<Made | typeof LATE>(making, this.#bounded(patience_ms), () => LATE));
    const made = await Promise.race([making, late]);
    if (made === LATE) {
      this.#left.push(name);
      throw new StopAsked();
    }
    if (undo) this.#undos.push({ name, patience_ms, run: () => undo(made) });
    this.#throwIfStopping();
    return made;
  }

  #throwIfStopping(): void {
    if (this.stopping.aborted) throw new StopAsked();
  }

  #startClock(): void {
    if (this.#deadline === Infinity) this.#deadline = performance.now() + this.patience.stop_ms;
  }

  #bounded(ms: number): number {
    this.#startClock();
    return Math.min(ms, this.#deadline - performance.now());
  }
}

async function ends(name: string, run: () => unknown, patience_ms: number): Promise<boolean> {
  const done = (async () => {
    await run();
    return true;
  })().catch((error) => {
    log.warn("{name}: could not be ended: {error}", { name, error });
    return false;
  });
  return await within(done, patience_ms, () => {
    log.warn("{name}: did not end within {patience_ms} ms", { name, patience_ms });
    return false;
  });
}
