/** What the product has promised, written down by whom it was promised to. */
export class Ledger {
  /** Everything that was asked for, by the id in its prompt. */
  readonly asked = new Map<string, Asked>();
  /** Messages into running tasks that were taken, by their word. */
  readonly said = new Map<string, { task_id: string }>();
  /** Tasks whose stop was promised. */
  readonly stopped = new Set<string>();
  /** Answers that nobody should get, whatever happens. */
  readonly surprises: string[] = [];
  #count = 0;

  constructor(readonly seed: number) {}

  /** A new id, for a prompt. */
  ask(kind: Asked["kind"]): Asked {
    const id = `${this.seed.toString(36)}x${(++this.#count).toString(36)}`;
    const asked: Asked = { id, kind, task_ids: [], delivery_id: null, unsure: 0 };
    this.asked.set(id, asked);
    return asked;
  }

  /** A new word, for a message. */
  word(): string {
    return `said-${this.seed.toString(36)}x${(++this.#count).toString(36)}`;
  }

  /** What was promised, by task. */
  byTask(): Map<string, Asked> {
    return new Map([...this.asked.values()].flatMap((a) => a.task_ids.map((id) => [id, a])));
  }
}

export interface Asked {
  id: string;
  kind: "github" | "slack" | "custom" | "chat" | "api" | "probe";
  /** Promised with a 2xx. */
  task_ids: string[];
  delivery_id: string | null;
  /** Requests without a promise that may have made a task all the same. */
  unsure: number;
}
