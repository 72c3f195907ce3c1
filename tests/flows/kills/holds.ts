import { inTime } from "@/tests/helpers/until.ts";

/** Places where something waits until it is let go. What is not held passes. */
export class Holds {
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  readonly #arrivals = new Map<string, number>();
  readonly #watchers = new Set<() => void>();

  hold(key: string): void {
    this.#held.set(key, Promise.withResolvers());
  }

  release(key: string): void {
    this.#held.get(key)?.resolve();
    this.#held.delete(key);
  }

  arrivals = (key: string): number => this.#arrivals.get(key) ?? 0;

  /** Resolves once it is let go; at once where nobody holds it. */
  async pass(key: string): Promise<void> {
    this.#arrivals.set(key, this.arrivals(key) + 1);
    for (const watcher of this.#watchers) watcher();
    await this.#held.get(key)?.promise;
  }

  /** Until so many have come there, since the beginning. */
  async arrived(key: string, least = 1): Promise<void> {
    if (this.arrivals(key) >= least) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => this.arrivals(key) >= least && resolve();
    this.#watchers.add(look);
    await inTime(`arrival ${least} at ${key}`, promise).finally(() => this.#watchers.delete(look));
  }
}
