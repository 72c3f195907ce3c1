import { pathProblem, valuesAt } from "@/server/webhooks/conditions/paths.ts";
import { codeOf, jsonOf, LONGEST_TEXT, textOf } from "@/server/webhooks/templates/text.ts";

const MOST_ELEMENTS = 10_000;

export type Filter = (value: unknown, ...args: unknown[]) => unknown;

/** What may stand behind a `|`. No result is longer than `LONGEST_TEXT`. */
export const filters: Record<string, Filter> = {
  default: (value, other) => isNothing(value) ? other : value,
  json: (value) => jsonOf(value ?? null),
  code: (value) => codeOf(textOf(value)),
  truncate: (value, length = 50, ending = "...") =>
    truncate(textOf(value), whole(length), textOf(ending)),
  truncatewords: (value, count = 15, ending = "...") =>
    truncateWords(textOf(value), whole(count), textOf(ending)),
  upcase: (value) => cut(textOf(value).toUpperCase()),
  downcase: (value) => cut(textOf(value).toLowerCase()),
  capitalize: (value) => capitalize(textOf(value)),
  strip: (value) => textOf(value).trim(),
  lstrip: (value) => textOf(value).trimStart(),
  rstrip: (value) => textOf(value).trimEnd(),
  strip_newlines: (value) => textOf(value).replace(/[\r\n]/g, ""),
  append: (value, end) => cut(textOf(value) + textOf(end)),
  prepend: (value, start) => cut(textOf(start) + textOf(value)),
  replace: (value, part, by) => replace(textOf(value), textOf(part), textOf(by)),
  remove: (value, part) => replace(textOf(value), textOf(part), ""),
  slice: (value, start, length = 1) => slice(value, whole(start), whole(length)),
  split: (value, separator = " ") => split(textOf(value), textOf(separator)),
  join: (value, separator = " ") => join(listOf(value), textOf(separator)),
  map: (value, path) => map(value, textOf(path)),
  uniq: (value) => [...new Set(listOf(value))],
  reverse: (value) => listOf(value).reverse(),
  first: (value) => Array.isArray(value) ? value[0] : textOf(value)[0],
  last: (value) => Array.isArray(value) ? value.at(-1) : textOf(value).at(-1),
  size: (value) => Array.isArray(value) || typeof value === "string" ? value.length : 0,
  url_encode: (value) => cut(encodeURIComponent(textOf(value).toWellFormed())),
};

const cut = (text: string): string => text.slice(0, LONGEST_TEXT);

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === false || value === "" ||
  (Array.isArray(value) && value.length === 0);

function whole(value: unknown): number {
  const number = Math.trunc(Number(typeof value === "object" ? NaN : value));
  return Number.isSafeInteger(number) ? number : 0;
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.slice(0, MOST_ELEMENTS);
  return value === undefined || value === null ? [] : [value];
}

function truncate(text: string, length: number, ending: string): string {
  if (text.length <= length) return text;
  return text.slice(0, Math.max(0, length - ending.length)).toWellFormed() + ending;
}

function truncateWords(text: string, count: number, ending: string): string {
  const words = text.split(/\s+/, count + 1).filter((word) => word !== "");
  return words.length <= count ? text : words.slice(0, count).join(" ") + ending;
}

const capitalize = (text: string): string =>
  cut(text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase());

function replace(text: string, part: string, by: string): string {
  if (part === "") return text;
  const most = Math.floor(LONGEST_TEXT / Math.max(1, by.length)) + 2;
  return cut(text.split(part, most).join(by));
}

function slice(value: unknown, start: number, length: number): unknown {
  const from = Array.isArray(value) ? value : textOf(value);
  const begin = start < 0 ? Math.max(0, from.length + start) : start;
  return from.slice(begin, begin + Math.max(0, length));
}

const split = (text: string, separator: string): string[] =>
  text === "" ? [] : text.split(separator, MOST_ELEMENTS);

function join(elements: unknown[], separator: string): string {
  let text = "";
  for (let at = 0; at < elements.length && text.length < LONGEST_TEXT; at++) {
    text += (at > 0 ? separator : "") + textOf(elements[at]);
  }
  return cut(text);
}

const map = (value: unknown, path: string): unknown[] =>
  pathProblem(path) === null ? valuesAt(value, path) : [];
