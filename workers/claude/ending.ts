import { within } from "@/db/process/pause.ts";
import type { Dialogue } from "@/workers/claude/dialogue.ts";
import type { EndedBy } from "@/workers/claude/run_types.ts";

/** How long the CLI may take to end what it does after an interrupt, and then to exit. */
const INTERRUPT_MS = 1200;
const EXIT_MS = 800;

const POLITE: EndedBy[] = ["stop", "time", "output"];

/** Ends a run: politely where its cost may still be told, then by killing all of it. */
export class Ending {
  by: EndedBy = "cli";
  readonly #dialogue: Dialogue;
  readonly #killAll: () => Promise<void>;
  readonly #idle = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #asked: Promise<void> | null = null;
  #killing = Promise.resolve();

  constructor(dialogue: Dialogue, killAll: () => Promise<void>) {
    this.#dialogue = dialogue;
    this.#killAll = killAll;
  }

  get is_asked(): boolean {
    return this.#asked !== null;
  }

  /** The first to ask gives the reason. */
  ask(by: EndedBy): Promise<void> {
    if (this.#asked) return this.#asked;
    this.by = by;
    return this.#asked = POLITE.includes(by) ? this.#askPolitely() : this.kill();
  }

  stopNow(): Promise<void> {
    this.by = "stop";
    this.#asked ??= Promise.resolve();
    return this.kill();
  }

  /** An end that was asked for before there was a process need not be polite: nothing was spent. */
  started(): void {
    if (this.#asked) this.#asked = this.kill();
  }

  idle(): void {
    this.#idle.resolve();
  }

  exited(): void {
    this.#exited.resolve();
  }

  kill(): Promise<void> {
    return this.#killing = this.#killing.then(this.#killAll);
  }

  async settled(): Promise<void> {
    await this.#asked;
    await this.#killing;
  }

  async #askPolitely(): Promise<void> {
    if (!this.#dialogue.has_begun) return;
    const exited = this.#exited.promise;
    if (this.#dialogue.is_open) {
      this.#dialogue.interrupt();
      await within(Promise.race([this.#idle.promise, exited]), INTERRUPT_MS, () => {});
      this.#dialogue.close();
    }
    await within(exited, EXIT_MS, () => {});
    await this.kill();
  }
}
