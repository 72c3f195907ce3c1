import { Context, type Liquid } from "liquidjs";
import type { Scope } from "@/server/webhooks/matching/scope.ts";

const MOST_WORK = 5_000_000;
const OUR_OWN = ["event_type", "text", "args"];

export class TooMuchWork extends Error {
  override name = "TooMuchWork";
}

/** Looks names up in a scope, own properties only. */
export class ScopeContext extends Context {
  readonly #scope: Scope;
  #work_left = MOST_WORK;

  constructor(scope: Scope, liquid: Liquid) {
    super({}, liquid.options, { sync: true }, { liquid });
    this.#scope = scope;
  }

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
