/** Payloads as CEL sees them: opened only where they are looked at. */
import { type CelInput, celList, celMap } from "@bufbuild/cel";
import { LONGEST_TEXT, spend } from "@/server/webhooks/expressions/steps.ts";

export function lazyValue(value: unknown): CelInput {
  spend(1);
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case "string":
      if (value.length <= LONGEST_TEXT) return value;
      throw new Error(`a text of ${value.length} characters is too long (${LONGEST_TEXT})`);
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return celList(lazyArray(value));
      return celMap(new LazyMap(value as Record<string, unknown>));
    default:
      return null;
  }
}

/** The array itself, whose elements are converted as they are taken. */
function lazyArray(array: unknown[]): CelInput[] {
  function* values() {
    for (const element of array) yield lazyValue(element);
  }
  return new Proxy(array as CelInput[], {
    get(_, key) {
      if (key === "length") return array.length;
      if (key === "values") return values;
      if (typeof key !== "string" || !/^\d+$/.test(key)) return undefined;
      return lazyValue(array[Number(key)]);
    },
  });
}

class LazyMap implements ReadonlyMap<string, CelInput> {
  readonly #fields: Record<string, unknown>;
  constructor(fields: Record<string, unknown>) {
    this.#fields = fields;
  }
  get size(): number {
    return this.#names().length;
  }
  get(name: string): CelInput | undefined {
    return this.has(name) ? lazyValue(this.#fields[name]) : undefined;
  }
  has(name: unknown): boolean {
    return typeof name === "string" && Object.hasOwn(this.#fields, name);
  }
  keys(): MapIterator<string> {
    return this.#names().values();
  }
  *entries(): MapIterator<[string, CelInput]> {
    for (const name of this.#names()) yield [name, lazyValue(this.#fields[name])];
  }
  *values(): MapIterator<CelInput> {
    for (const name of this.#names()) yield lazyValue(this.#fields[name]);
  }
  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }
  forEach(visit: (value: CelInput, name: string, map: ReadonlyMap<string, CelInput>) => void) {
    for (const [name, value] of this) visit(value, name, this);
  }
  #names(): string[] {
    const names = Object.keys(this.#fields);
    spend(names.length);
    return names;
  }
}
