import { type Moment, now } from "@/workers/guard/silence.ts";

export interface Silent {
  silent_ms: number;
  /** This process was stopped, or its machine slept. 0: it ran. */
  paused_ms: number;
}

const LONGEST_TICK_MS = 500;
/** A busy machine may keep a timer waiting; this is more than that. */
const PAUSE_MS = 5_000;

/** Timers stop while a machine sleeps, so the wall clock counts as well. */
export class Silence {
  #since = now();
  #last_tick = now();
  #paused_ms = 0;
  #told = false;
  #timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly silence_ms: number,
    private readonly tooLong: (silent: Silent) => void,
  ) {
    const tick_ms = Math.min(LONGEST_TICK_MS, silence_ms / 4);
    this.#timer = setInterval(() => this.#tick(tick_ms), tick_ms);
  }

  heard(asked: Moment): void {
    this.#since = asked;
    this.#paused_ms = 0;
    this.#told = false;
  }

  get paused_ms(): number {
    return this.#paused_ms;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(tick_ms: number): void {
    const gap_ms = since(this.#last_tick) - tick_ms;
    this.#last_tick = now();
    if (gap_ms > PAUSE_MS) this.#paused_ms += gap_ms;
    const silent_ms = since(this.#since);
    if (this.#told || silent_ms < this.silence_ms) return;
    this.#told = true;
    this.tooLong({ silent_ms, paused_ms: this.#paused_ms });
  }
}

export const since = ({ wall_ms, steady_ms }: Moment): number =>
  Math.max(Date.now() - wall_ms, performance.now() - steady_ms);
