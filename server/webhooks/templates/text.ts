import { Drop } from "liquidjs";

export const LONGEST_TEXT = 200_000;
const DEEPEST = 50;

/** A value as people read it: texts as they are, nothing for null, all else as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value.slice(0, LONGEST_TEXT);
  // what liquid's words `empty` and `blank` stand for
  if (value === null || value === undefined || value instanceof Drop) return "";
  return jsonOf(value);
}

export function jsonOf(value: unknown): string {
  const writer = { text: "" };
  write(value, writer, 0);
  return writer.text;
}

const isFull = (writer: { text: string }): boolean => writer.text.length >= LONGEST_TEXT;

function write(value: unknown, writer: { text: string }, depth: number): void {
  if (isFull(writer)) return;
  if (value instanceof Drop) put(writer, "null");
  else if (typeof value === "string") put(writer, JSON.stringify(value.slice(0, LONGEST_TEXT)));
  else if (typeof value !== "object" || value === null) {
    put(writer, JSON.stringify(value) ?? "null");
  } else if (depth >= DEEPEST) put(writer, '"…"');
  else if (Array.isArray(value)) writeArray(value, writer, depth + 1);
  else writeObject(value as Record<string, unknown>, writer, depth + 1);
}

function writeArray(array: unknown[], writer: { text: string }, depth: number): void {
  put(writer, "[");
  for (let at = 0; at < array.length && !isFull(writer); at++) {
    if (at > 0) put(writer, ",");
    write(array[at], writer, depth);
  }
  put(writer, "]");
}

function writeObject(fields: Record<string, unknown>, writer: { text: string }, depth: number) {
  put(writer, "{");
  let before = "";
  for (const name in fields) {
    if (isFull(writer)) break;
    if (!Object.hasOwn(fields, name)) continue;
    put(writer, `${before}${JSON.stringify(name)}:`);
    write(fields[name], writer, depth);
    before = ",";
  }
  put(writer, "}");
}

function put(writer: { text: string }, text: string): void {
  if (isFull(writer)) return;
  const room = LONGEST_TEXT - writer.text.length;
  writer.text += text.length < room ? text : `${text.slice(0, room - 1)}…`;
}

/** Text as Markdown code that nothing in it can end: a span, or a fence when it has lines. */
export function codeOf(text: string): string {
  if (text === "") return "";
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  if (/[\r\n]/.test(text)) {
    const fence = "`".repeat(Math.max(3, longest + 1));
    // on lines of its own, wherever it is put
    return `\n${fence}\n${text}\n${fence}\n`;
  }
  const ticks = "`".repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(text) ? " " : "";
  return `${ticks}${pad}${text}${pad}${ticks}`;
}
