/** CEL's functions; those that could be made slow pay for what they read. */
import {
  celEnv,
  celFunc,
  type CelInput,
  celMethod,
  CelScalar,
  isCelError,
  listType,
} from "@bufbuild/cel";
import { LONGEST_TEXT, spend } from "@/server/webhooks/expressions/steps.ts";

const LONGEST_NUMBER = 64;

const { BOOL, DOUBLE, INT, STRING, UINT } = CelScalar;
const LIST = listType(CelScalar.DYN);
const base = celEnv();

function original(name: string, target: string | undefined, args: string[]): CelInput {
  const result = base.funcs.find(name)!.call(0, target, args);
  if (isCelError(result)) throw result;
  return result as CelInput;
}

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
