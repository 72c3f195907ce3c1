import { hashSecret } from "@/db/sessions.ts";
import { Recent } from "@/server/recent.ts";

const WINDOW_MS = 5 * 60_000;
const MOST_FAILURES = 10;
/** Beyond MOST_FAILURES, so that the right one still gets in. */
const LOOKS_PER_SECOND = 10;
/** Nobody guesses 256 bits: this only keeps a flood of cookies from the database. */
const WRONG_COOKIES_PER_SECOND = 100;
const MOST_RECENT = 10_000;
const PREFIX_CHARACTERS = 12;

interface Count {
  failures: number;
  since: number;
  /** look-ups in the second that began at `second` */
  looks: number;
  second: number;
}

/** Slows down guessing by address and credential prefix; what was right is always looked up. */
export class Throttle {
  readonly #counts = new Recent<Count>(MOST_RECENT);
  readonly #right = new Recent<true>(MOST_RECENT);

  constructor(private readonly now: () => number = Date.now) {}

  /** Whose credential this is; null: nobody's. Throws what `tooMany` makes of the seconds to wait. */
  async check<Holder>(
    address: string,
    credential: string,
    find: () => Promise<Holder | null>,
    tooMany: (seconds: number) => Error,
  ): Promise<Holder | null> {
    const hash = hashSecret(credential).toHex();
    const keys = [`address ${address}`, `token ${prefixOf(credential)}`];
    const wait = this.wait(keys);
    if (wait > 0 && !this.#right.has(hash) && !this.#mayLook(keys[0])) throw tooMany(1);
    const holder = await find();
    if (holder !== null) {
      this.#right.set(hash, true);
      return holder;
    }
    this.#right.delete(hash);
    for (const key of keys) this.#failed(key);
    if (wait > 0) throw tooMany(wait);
    return null;
  }

  noteRight(credential: string): void {
    this.#right.set(hashSecret(credential).toHex(), true);
  }

  /** Counted apart from tokens: wrong ones from the same address do not lock cookies out. */
  async checkCookie<Holder>(
    address: string,
    secret: string,
    find: () => Promise<Holder | null>,
    tooMany: (seconds: number) => Error,
  ): Promise<Holder | null> {
    const hash = hashSecret(secret).toHex();
    const key = `cookies ${address}`;
    const was_right = this.#right.has(hash);
    if (!was_right && !this.#mayLook(key, WRONG_COOKIES_PER_SECOND)) throw tooMany(1);
    const holder = await find();
    if (holder === null) {
      this.#right.delete(hash);
      return null;
    }
    if (!was_right) this.#lookedRight(key);
    this.#right.set(hash, true);
    return holder;
  }

  /** Seconds until the failures of these keys are forgotten; 0: there are not too many. */
  wait(keys: string[]): number {
    const left = keys.map((key) => {
      const count = this.#counts.get(key);
      if (!count || count.failures < MOST_FAILURES) return 0;
      return Math.max(0, count.since + WINDOW_MS - this.now());
    });
    return Math.ceil(Math.max(...left) / 1000);
  }

  #mayLook(key: string, per_second = LOOKS_PER_SECOND): boolean {
    const count = this.#fresh(key);
    const is_over = this.now() >= count.second + 1_000;
    const { looks, second } = is_over ? { looks: 0, second: this.now() } : count;
    if (looks >= per_second) return false;
    this.#counts.set(key, { ...count, second, looks: looks + 1 });
    return true;
  }

  #lookedRight(key: string): void {
    const count = this.#fresh(key);
    this.#counts.set(key, { ...count, looks: Math.max(0, count.looks - 1) });
  }

  #failed(key: string): void {
    const count = this.#fresh(key);
    this.#counts.set(key, { ...count, failures: count.failures + 1 });
  }

  #fresh(key: string): Count {
    const count = this.#counts.get(key);
    if (count && this.now() < count.since + WINDOW_MS) return count;
    return { failures: 0, since: this.now(), looks: 0, second: -Infinity };
  }
}

/** Hashed: the credential may be right elsewhere. */
const prefixOf = (credential: string): string =>
  hashSecret(credential.slice(0, PREFIX_CHARACTERS)).toHex().slice(0, 16);
