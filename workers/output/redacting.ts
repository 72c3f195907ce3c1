import type { SaidKind } from "@/db/nouns/output.ts";
import type { RedactionStream, Redactor } from "@/db/process/redact.ts";
import type { OutputRow } from "@/db/task_output.ts";
import { redactData } from "@/workers/output/redact_data.ts";

type Piece = OutputRow & { kind: SaidKind; text: string };

interface Message {
  streams: Record<SaidKind, RedactionStream>;
  /** What was kept back belongs to the last row of its kind. */
  last: Partial<Record<SaidKind, Piece>>;
  message_id: string | null;
}

/** Keeps back what may begin a secret until the message goes on or something follows it. */
export class RedactedRows {
  readonly #redactor: Redactor;
  readonly #emit: (row: OutputRow) => void;
  /** By the id of the tool use that started a sub-agent; null: the main loop. */
  readonly #messages = new Map<string | null, Message>();
  readonly #noise: RedactionStream;
  /** Not looked at yet. */
  #lines = "";
  /** Of a line that is not over, what may be shown. */
  #line = "";

  constructor(redactor: Redactor, emit: (row: OutputRow) => void) {
    this.#redactor = redactor;
    this.#emit = emit;
    this.#noise = redactor.stream();
  }

  add(row: OutputRow): void {
    if (isNoise(row)) return this.#addNoise(row);
    this.#endNoise();
    if (isPiece(row)) this.#addPiece(row);
    else this.#addWhole(row);
  }

  end(): void {
    this.#endNoise();
    for (const parent of this.#messages.keys()) this.#release(parent);
  }

  #addPiece(row: Piece): void {
    const { kind, message_id, parent_tool_use_id: parent } = row;
    let message = this.#messages.get(parent);
    if (message?.message_id !== message_id) {
      this.#release(parent);
      message = undefined;
    }
    if (!message) {
      const { stream } = this.#redactor;
      message = { message_id, streams: { text: stream(), thinking: stream() }, last: {} };
      this.#messages.set(parent, message);
    }
    message.last[kind] = row;
    this.#say(message.streams[kind].push(row.text), row);
  }

  #addWhole(row: OutputRow): void {
    // A note of ours or of the CLI may come in the middle of a message.
    if (row.kind !== "system") this.#release(row.parent_tool_use_id);
    const ended = row.kind === "tool_result" ? row.data?.tool_use_id : null;
    if (typeof ended === "string" && this.#messages.has(ended)) {
      this.#release(ended);
      this.#messages.delete(ended);
    }
    const { redact, redactCut } = this.#redactor;
    this.#emit({
      ...row,
      text: row.text && (wasCut(row) ? redactCut : redact)(row.text),
      data: row.data && redactData(row.data, this.#redactor),
    });
  }

  // A million short lines, each looked at alone, took a second and a half longer.
  #addNoise({ text }: OutputRow): void {
    if (this.#lines === "") queueMicrotask(() => this.#readNoise());
    this.#lines += `${text}\n`;
    if (this.#lines.length > MOST_UNREAD) this.#readNoise();
  }

  #readNoise(): void {
    if (this.#lines === "") return;
    this.#line += this.#noise.push(this.#lines);
    this.#lines = "";
    const end = this.#line.lastIndexOf("\n");
    if (end < 0) return;
    this.#emit({ ...NOISE, text: this.#line.slice(0, end) });
    this.#line = this.#line.slice(end + 1);
  }

  #endNoise(): void {
    this.#readNoise();
    this.#say((this.#line + this.#noise.end()).replace(/\n$/, ""), NOISE);
    this.#line = "";
  }

  #release(parent: string | null): void {
    const message = this.#messages.get(parent);
    for (const row of Object.values(message?.last ?? {})) {
      this.#say(message!.streams[row.kind].end(), row);
    }
  }

  #say(text: string, row: OutputRow): void {
    if (text !== "") this.#emit({ ...row, text });
  }
}

const MOST_UNREAD = 64 * 1024;
const NOISE: OutputRow = {
  kind: "system",
  text: null,
  data: { unparsed: true },
  message_id: null,
  parent_tool_use_id: null,
};

/** A line that is none of the CLI's. One that was cut stays a row of its own. */
export function isNoise({ data }: OutputRow): boolean {
  return data?.unparsed === true && Object.keys(data).length === 1;
}

/** Its text is the beginning of a longer one. */
const wasCut = ({ data }: OutputRow): boolean =>
  data !== null && ("cut_characters" in data || "cut_bytes" in data);

function isPiece(row: OutputRow): row is Piece {
  return (row.kind === "text" || row.kind === "thinking") && row.data === null && row.text !== null;
}
