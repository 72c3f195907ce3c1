import { CliInput } from "@/workers/claude/cli_input.ts";
import { controlLine, messageLine } from "@/workers/claude/options.ts";

/** What we say to the CLI: messages, also before it runs, and questions about its run. */
export class Dialogue {
  readonly sent = new Set<string>();
  #input: CliInput | null = null;
  #unsent: [message: string, uuid: string][] = [];
  #cost_asked = false;

  get has_begun(): boolean {
    return this.#input !== null;
  }

  get is_open(): boolean {
    return this.#input?.open ?? false;
  }

  /** `first` is for the program that becomes the CLI. */
  begin(stdin: WritableStream<Uint8Array>, first: string, prompt: string): void {
    this.#input = new CliInput(stdin);
    this.#input.write(first + messageLine(prompt, crypto.randomUUID()));
    for (const [message, uuid] of this.#unsent) this.send(message, uuid);
  }

  send(message: string, uuid: string): void {
    if (!this.#input) return void this.#unsent.push([message, uuid]);
    this.sent.add(uuid);
    this.#input.write(messageLine(message, uuid));
  }

  interrupt(): void {
    this.#input?.write(controlLine("interrupt", crypto.randomUUID()));
  }

  /** So that the cost is known should the run end without a result. */
  askCost(): void {
    if (this.#cost_asked || !this.is_open) return;
    this.#cost_asked = true;
    this.#input?.write(controlLine("get_session_cost", crypto.randomUUID()));
  }

  costAnswered(): void {
    this.#cost_asked = false;
  }

  close(): void {
    this.#input?.close();
  }
}
