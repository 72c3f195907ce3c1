/** Payloads as CEL sees them: opened only where they are looked at, and only so far. Pure. */
import {
  celEnv,
  celFunc,
  type CelInput,
  celList,
  celMap,
  celMethod,
  CelScalar,
  isCelError,
  listType,
} from "@bufbuild/cel";

/** steps of one evaluation: fields and elements looked at, texts searched */
const MOST_STEPS = 10_000;
const LONGEST_TEXT = 100_000;
/** texts that become numbers */
const LONGEST_NUMBER = 64;

/** How much the evaluation that is running may still do. It never waits, so there is one. */
let steps_left = 0;

/** Runs one evaluation with its own account of steps. */
export function metered<Result>(evaluate: () => Result): Result {
  steps_left = MOST_STEPS;
  return evaluate();
}

function spend(steps: number): void {
  steps_left -= steps;
  if (steps_left < 0) throw new Error(`it looks at too much (more than ${MOST_STEPS} steps)`);
}

/** Takes a parsed JSON value, returns what CEL may look into; whole numbers are its `int`. */
export function lazily(value: unknown): CelInput {
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
    for (const element of array) yield lazily(element);
  }
  return new Proxy(array as CelInput[], {
    get(_, key) {
      if (key === "length") return array.length;
      if (key === "values") return values;
      return typeof key === "string" && /^\d+$/.test(key) ? lazily(array[Number(key)]) : undefined;
    },
  });
}

/** An object's own fields. */
class LazyMap implements ReadonlyMap<string, CelInput> {
  readonly #fields: Record<string, unknown>;
  constructor(fields: Record<string, unknown>) {
    this.#fields = fields;
  }
  get size(): number {
    return this.#names().length;
  }
  get(name: string): CelInput | undefined {
    return this.has(name) ? lazily(this.#fields[name]) : undefined;
  }
  has(name: unknown): boolean {
    return typeof name === "string" && Object.hasOwn(this.#fields, name);
  }
  keys(): MapIterator<string> {
    return this.#names().values();
  }
  *entries(): MapIterator<[string, CelInput]> {
    for (const name of this.#names()) yield [name, lazily(this.#fields[name])];
  }
  *values(): MapIterator<CelInput> {
    for (const name of this.#names()) yield lazily(this.#fields[name]);
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

const { BOOL, DOUBLE, INT, STRING, UINT } = CelScalar;
const LIST = listType(CelScalar.DYN);
const base = celEnv();

/** The library's own function. */
function original(name: string, target: string | undefined, args: string[]): CelInput {
  const result = base.funcs.find(name)!.call(0, target, args);
  if (isCelError(result)) throw result;
  return result as CelInput;
}

/** Searching a text costs by its length. */
const search = (name: string) =>
  celMethod(name, STRING, [STRING], BOOL, function (part) {
    spend(1 + this.length / 100);
    return original(name, this, [part]) as boolean;
  });

/** A pattern is compiled at each use, and read by a machine of many states. */
const matches = celMethod("matches", STRING, [STRING], BOOL, function (pattern) {
  spend(50 + this.length);
  return original("matches", this, [pattern]) as boolean;
});

function length(text: string): bigint {
  spend(text.length / 100);
  let count = 0n;
  for (const _ of text) count++;
  return count;
}

const convert = <Type extends typeof INT | typeof UINT | typeof DOUBLE>(
  name: string,
  type: Type,
) =>
  celFunc(name, [STRING], type, (text) => {
    if (text.length > LONGEST_NUMBER) throw new Error("the text is too long for a number");
    return original(name, undefined, [text]) as CelInput<Type>;
  });

const join = celFunc("_+_", [STRING, STRING], STRING, (a, b) => {
  spend((a.length + b.length) / 100);
  if (a.length + b.length > LONGEST_TEXT) throw new Error("the joined text is too long");
  return a + b;
});

const joinLists = celFunc("_+_", [LIST, LIST], LIST, () => {
  throw new Error("lists cannot be joined here");
});

/** Functions of CEL, those that could be made slow held to the account. */
export const env = celEnv({
  funcs: [
    search("contains"),
    search("startsWith"),
    search("endsWith"),
    matches,
    celFunc("size", [STRING], INT, length),
    celMethod("size", STRING, [], INT, function () {
      return length(this);
    }),
    convert("int", INT),
    convert("uint", UINT),
    convert("double", DOUBLE),
    join,
    joinLists,
  ],
});
