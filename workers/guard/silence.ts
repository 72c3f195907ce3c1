/** The steady clock stands still while the machine sleeps, the one on the wall may be set back. */
export interface Moment {
  wall_ms: number;
  steady_ms: number;
}

export const now = (): Moment => ({ wall_ms: Date.now(), steady_ms: performance.now() });

export function momentOf(wall_ms: number, at: Moment): Moment {
  const ago_ms = Math.max(0, at.wall_ms - wall_ms);
  return { wall_ms: at.wall_ms - ago_ms, steady_ms: at.steady_ms - ago_ms };
}

/** By whichever clock says so first. */
export function isSilent(heard: Moment, at: Moment, silence_ms: number): boolean {
  return at.wall_ms - heard.wall_ms >= silence_ms || at.steady_ms - heard.steady_ms >= silence_ms;
}
