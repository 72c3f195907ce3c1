const WINDOW_MS = 5 * 60_000;
const PER_ADDRESS = 10;
const IN_ALL = 100;
const ADDRESSES_KEPT = 1000;

interface Count {
  failures: number;
  since: number;
}

/** Counts failed sign-ins, per address and in all. Bounded: the oldest addresses are forgotten. */
export class Throttle {
  readonly #addresses = new Map<string, Count>();
  #all: Count = { failures: 0, since: 0 };

  constructor(private readonly now: () => number = Date.now) {}

  /** Seconds until this address may try again; 0: now. */
  wait(address: string): number {
    const left = [
      this.#left(this.#addresses.get(address), PER_ADDRESS),
      this.#left(this.#all, IN_ALL),
    ];
    return Math.ceil(Math.max(...left) / 1000);
  }

  failed(address: string): void {
    const count = this.#fresh(this.#addresses.get(address));
    this.#addresses.delete(address); // to the end of the order in which they are forgotten
    this.#addresses.set(address, { ...count, failures: count.failures + 1 });
    if (this.#addresses.size > ADDRESSES_KEPT) {
      this.#addresses.delete(this.#addresses.keys().next().value!);
    }
    const all = this.#fresh(this.#all);
    this.#all = { ...all, failures: all.failures + 1 };
  }

  /** Forgets the failures of an address that got it right. */
  succeeded(address: string): void {
    this.#addresses.delete(address);
  }

  #left(count: Count | undefined, limit: number): number {
    if (!count || count.failures < limit) return 0;
    return Math.max(0, count.since + WINDOW_MS - this.now());
  }

  #fresh(count: Count | undefined): Count {
    const now = this.now();
    return count && now < count.since + WINDOW_MS ? count : { failures: 0, since: now };
  }
}
