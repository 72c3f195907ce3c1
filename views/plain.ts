import { stripVTControlCharacters } from "node:util";

// Characters that reorder what follows them: with one of these a line reads as another than it is.
const REORDERING = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;
// deno-lint-ignore no-control-regex -- those are what it removes
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/**
 * Text from outside as it may be shown: no terminal escapes, no control characters but tab and
 * newline, none that reorder the line. Escaping for HTML comes later, when it is rendered.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(CONTROLS, "")
    .replace(REORDERING, "");
}

/** On one line, and no longer than `max` characters. */
export function oneLine(text: string, max = 160): string {
  const line = plain(text.slice(0, max * 8)).replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > max ? `${letters.slice(0, max - 1).join("")}…` : line;
}

/** The first `max` characters, and how many were left out. */
export function cut(text: string, max: number): { text: string; left_out: number } {
  if (text.length <= max) return { text, left_out: 0 };
  const end = /[\ud800-\udbff]/.test(text[max - 1]) ? max - 1 : max;
  return { text: text.slice(0, end), left_out: text.length - end };
}

/** An address that a browser may open, or null. */
export const webAddress = (url: string | null): string | null =>
  url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;
