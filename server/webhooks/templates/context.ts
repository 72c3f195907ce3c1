/** What the names in a template stand for, and the page that is written. Pure. */
import { Context, type Liquid } from "liquidjs";
import type { Scope } from "@/server/webhooks/matching/scope.ts";
import { LONGEST_TEXT, textOf } from "@/server/webhooks/templates/text.ts";

/** characters that all filters of one rendering may read */
const MOST_WORK = 5_000_000;
const MOST_UNKNOWN = 20;
const CUT = "\n… (cut: the text is longer than 200,000 characters)";
const OUR_OWN = ["event_type", "text", "args"];

/** A rendering that went beyond what it may do. */
export class TooMuchWork extends Error {
  override name = "TooMuchWork";
}

/** Looks names up: own properties only, nothing of ours but what a scope has. */
export class ScopeContext extends Context {
  readonly #scope: Scope;
  #work_left = MOST_WORK;

  constructor(scope: Scope, liquid: Liquid) {
    super({}, liquid.options, { sync: true }, { liquid });
    this.#scope = scope;
  }

  /** Notes work of so many characters. @throws TooMuchWork when there was enough */
  spend(characters: number): void {
    this.#work_left -= characters;
    if (this.#work_left < 0) throw new TooMuchWork("the template takes too much work");
  }

  override *_get([root, ...names]: Parameters<Context["_get"]>[0]): IterableIterator<unknown> {
    return yield this._getFromScope(this.#root(root), names);
  }

  override readProperty(from: unknown, key: unknown): unknown {
    if (typeof key !== "string" && typeof key !== "number") return undefined;
    if (Array.isArray(from) || typeof from === "string") return element(from, key);
    if (typeof from !== "object" || from === null) return undefined;
    return Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : undefined;
  }

  #root(name: unknown): unknown {
    const { payload, delivery } = this.#scope;
    if (name === "delivery") return delivery;
    if (name === "payload") return payload;
    const theirs = isObject(payload) ? this.readProperty(payload, name) : undefined;
    if (theirs !== undefined) return theirs;
    if (name === "args") return this.#scope.args;
    return OUR_OWN.includes(String(name)) ? delivery[String(name)] : undefined;
  }
}

const isObject = (value: unknown): boolean => typeof value === "object" && !Array.isArray(value);

function element(from: unknown[] | string, key: string | number): unknown {
  if (key === "size") return from.length;
  if (typeof from === "string") return undefined;
  if (key === "first") return from[0];
  if (key === "last") return from.at(-1);
  return /^-?\d{1,9}$/.test(String(key)) ? from.at(Number(key)) : undefined;
}

type Change = (value: string) => string;

/** The text that comes of a template. */
export class Page {
  buffer = "";
  readonly unknown_paths: string[] = [];
  #is_full = false;
  readonly #wrap: Change;
  readonly #clean: Change;
  /** what each text was made of: a template may name a long one many times */
  readonly #cleaned = new Map<string, string>();

  constructor(wrap: Change = (value) => value, clean: Change = (value) => value) {
    this.#wrap = wrap;
    this.#clean = clean;
  }

  get is_full(): boolean {
    return this.#is_full;
  }

  /** Adds the operator's own words. */
  write(words: unknown): void {
    if (!this.#is_full) this.#put(textOf(words));
  }

  /** Adds a value that was looked up. */
  insert(value: unknown): void {
    const text = textOf(value);
    if (text === "" || this.#is_full) return;
    // once more: what stands in objects, or was given to a filter, was not looked at yet
    this.#put(this.#wrap(this.clean(text)));
  }

  /** A text of the payload as it may be used. */
  clean(text: string): string {
    const cleaned = this.#cleaned.get(text) ?? this.#clean(text);
    this.#cleaned.set(text, cleaned);
    return cleaned;
  }

  noteUnknown(path: string): void {
    const name = path.slice(0, 100);
    if (this.unknown_paths.length < MOST_UNKNOWN && !this.unknown_paths.includes(name)) {
      this.unknown_paths.push(name);
    }
  }

  /** Ends it here, and says why. */
  stop(reason: string): void {
    if (!this.#is_full) this.#end(`\n… (${reason})`);
  }

  #put(text: string): void {
    if (this.buffer.length + text.length <= LONGEST_TEXT) this.buffer += text;
    else {
      this.buffer += text;
      this.#end(CUT);
    }
  }

  #end(words: string): void {
    this.#is_full = true;
    this.buffer = this.buffer.slice(0, LONGEST_TEXT - words.length).toWellFormed() + words;
  }
}
