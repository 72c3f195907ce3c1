const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Timers {
  readonly #running = new Map<string, ReturnType<typeof setTimeout>>();

  after(name: string, ms: number, act: () => unknown): void {
    this.clear(name);
    this.#running.set(name, setTimeout(act, Math.min(ms, LONGEST_TIMER_MS)));
  }

  at(name: string, moment_ms: number, act: () => unknown): void {
    this.after(name, Math.max(0, moment_ms - performance.now()), act);
  }

  clear(name: string): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.#running.keys()]) this.clear(name);
  }
}
