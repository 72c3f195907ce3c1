import { z } from "zod";
import { Secret } from "./secret.ts";

// The kinds of value that a variable may have. Each message says what would be right.

export const text = (rule: string, isRight: (text: string) => boolean) =>
  z.string(`must be set: ${rule}`).refine(isRight, `must be ${rule}`);

const some = (name: string) => text(name, () => true);

export const word = (rule = "some text") => some(rule);

export const token = (rule: string) => text(rule, (text) => !/\s/.test(text));

export function number(least: number, most: number, whole = true) {
  const rule = `a ${whole ? "whole " : ""}number from ${least} to ${most}`;
  const isRight = (text: string) => {
    const value = Number(text);
    return value >= least && value <= most && (!whole || Number.isInteger(value));
  };
  return text(rule, isRight).transform(Number);
}

export function flag() {
  return text("true, false, 1 or 0", (text) => /^(true|false|1|0)$/i.test(text))
    .transform((text) => /^(true|1)$/i.test(text));
}

export function choice<const T extends string>(...choices: T[]) {
  const rule = `one of ${choices.join(", ")}`;
  return text(rule, (text) => choices.includes(text as T)).transform((text) => text as T);
}

/** An http address; returned without a slash at its end. */
export function address() {
  const isRight = (text: string) => /^https?:$/.test(URL.parse(text)?.protocol ?? "");
  return text("an http:// or https:// address", isRight).transform((text) =>
    text.replace(/\/+$/, "")
  );
}

export function list(rule = "a comma-separated list", isRight = (_part: string) => true) {
  const split = (text: string) => text.split(",").map((part) => part.trim()).filter(Boolean);
  return text(rule, (text) => split(text).every(isRight)).transform(split);
}

const isPerson = (text: string) =>
  text.split("=").every((key) => /^[a-z][a-z0-9_]*:\S+$/.test(key.trim()));

/** For each person the keys that they have at services. */
export const people = () =>
  list(
    "keys of one person each such as github:583231=slack:U02AB=dashboard:ann, comma-separated",
    isPerson,
  ).transform((all) => all.map((keys) => keys.split("=").map((key) => key.trim())));

/** May also be given as NAME_FILE, and never shows. `shape` is checked on the value itself. */
export function secret(rule = "a secret", isRight = (_text: string) => true) {
  return text(rule, isRight).transform((text) => new Secret(text)).meta({ secret: true });
}

export function optionalSecret(rule?: string, isRight?: (text: string) => boolean) {
  return secret(rule, isRight).optional().meta({ secret: true });
}
