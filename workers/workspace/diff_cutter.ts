const HEADER = "diff --git ";
const MOST_OF_ONE = 400_000;
const MOST_OF_ALL = 6_000_000;

/** Takes a diff line by line and leaves out the files whose differences are too long. */
export class DiffCutter {
  readonly left_out: string[] = [];
  readonly #most_of_one: number;
  readonly #most_of_all: number;
  readonly #kept: string[] = [];
  #kept_chars = 0;
  #header = "";
  #lines: string[] = [];
  #chars = 0;

  constructor(most_of_one = MOST_OF_ONE, most_of_all = MOST_OF_ALL) {
    this.#most_of_one = most_of_one;
    this.#most_of_all = most_of_all;
  }

  /** No line of a file begins as a header does: git puts a sign before each. */
  push(line: string): void {
    if (line.startsWith(HEADER)) this.#begin(line);
    this.#chars += line.length + 1;
    if (this.#chars <= this.#most_of_one) this.#lines.push(line);
  }

  text(): string {
    this.#begin("");
    return this.#kept.join("\n") + (this.#kept.length > 0 ? "\n" : "");
  }

  #begin(header: string): void {
    const fits = this.#chars <= this.#most_of_one &&
      this.#kept_chars + this.#chars <= this.#most_of_all;
    if (fits) this.#keep(this.#lines);
    else this.#leaveOut();
    this.#header = header;
    this.#lines = [];
    this.#chars = 0;
  }

  #leaveOut(): void {
    const name = this.#header.slice(HEADER.length);
    this.left_out.push(name);
    this.#keep([this.#header, `[left out: ${this.#chars} characters]`]);
  }

  #keep(lines: string[]): void {
    for (const line of lines) {
      this.#kept.push(line);
      this.#kept_chars += line.length + 1;
    }
  }
}
