import type { AnyLine } from "@/workers/claude/cli_lines.ts";

export class SubAgents {
  readonly #running = new Set<string>();
  /** One has reported, and the model has not been asked since: another turn comes. */
  unheard = false;

  get working(): boolean {
    return this.#running.size > 0;
  }

  read(line: AnyLine): void {
    const id = String(line.task_id);
    if (line.subtype === "task_started" && line.task_type === "local_agent") this.#running.add(id);
    if (line.subtype === "task_notification" && this.#running.delete(id)) this.unheard = true;
    if (line.subtype === "status" && line.status === "requesting") this.unheard = false;
  }
}
