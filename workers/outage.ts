import type { Logger } from "@logtape/logtape";
import { now } from "@/workers/guard/silence.ts";
import { since } from "@/workers/silence.ts";

/** Says once that something fails, and once that it works again. */
export class Outage {
  #began: ReturnType<typeof now> | null = null;

  constructor(private readonly log: Logger, private readonly what: string) {}

  failed(error: unknown): void {
    if (this.#began) return;
    this.#began = now();
    this.log.warn("{what}: {error}", { what: this.what, error });
  }

  over(): void {
    if (!this.#began) return;
    const seconds = Math.round(since(this.#began) / 1000);
    this.log.info("{what}: over after {seconds} s", { what: this.what, seconds });
    this.#began = null;
  }
}
