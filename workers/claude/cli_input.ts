/** The CLI's stdin: takes lines without ever making the caller wait. */
export class CliInput {
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #encoder = new TextEncoder();
  #last: Promise<void>;
  #open = true;

  constructor(stdin: WritableStream<Uint8Array>) {
    this.#writer = stdin.getWriter();
    this.#last = this.#writer.ready.catch(() => {});
    this.#writer.closed.catch(() => {});
  }

  get open(): boolean {
    return this.#open;
  }

  write(line: string): void {
    if (!this.#open) return;
    const bytes = this.#encoder.encode(line);
    this.#last = this.#last.then(() => this.#writer.write(bytes)).catch(() => {});
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#last = this.#last.then(() => this.#writer.close()).catch(() => {});
  }
}
