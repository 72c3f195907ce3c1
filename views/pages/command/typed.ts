/** How the form of a command holds each kind of value as text, and what is read from that. Pure. */
import type { Typed } from "@/db/nouns/command_fields.ts";

interface TypedAs {
  show(value: unknown): string;
  /** Throws what is wrong with the text, in words. */
  read(text: string, fallback: unknown): unknown;
}

const text: TypedAs = {
  show: (value) => value === null ? "" : String(value),
  read: (text, fallback) => text.trim() || fallback,
};

const list = (separator: RegExp, joint: string): TypedAs => ({
  show: (value) => (value as string[]).join(joint),
  read: (text) => text.split(separator).map((piece) => piece.trim()).filter((one) => one !== ""),
});

export const TYPED: Record<Typed, TypedAs> = {
  text,
  choice: text,
  // blanks at the ends may be meant
  prose: { show: text.show, read: (text, fallback) => text.trim() ? text : fallback },
  words: list(/[,\s]+/, ", "),
  lines: list(/\n/, "\n"),
  json: {
    show: (value) => Object.keys(value as object).length > 0 ? JSON.stringify(value, null, 2) : "",
    read: (text, fallback) => text.trim() === "" ? fallback : parsed(text.trim()),
  },
  number: {
    show: text.show,
    read: (text, fallback) => text.trim() === "" ? fallback : wholeNumber(text.trim()),
  },
  tick: { show: (value) => value ? "on" : "", read: (text) => text.trim() !== "" },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function wholeNumber(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new SyntaxError("must be a whole number");
}
