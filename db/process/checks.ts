import type { Check, Texts } from "./read.ts";

/** What several variables must say together. Each process names those that concern it. */

export const publicUrlWhenReachable: Check = ({ HOST, PUBLIC_URL }) =>
  HOST && !isLoopback(HOST) && !PUBLIC_URL
    ? [
      `PUBLIC_URL: must be set, since HOST is ${HOST}: the address that people use for this server`,
    ]
    : [];

export const storageComplete: Check = (texts) =>
  texts.STORAGE === "s3"
    ? missing(texts, "since STORAGE is s3", [
      "S3_ENDPOINT",
      "S3_BUCKET",
      "S3_ACCESS_KEY_ID",
      "S3_SECRET_ACCESS_KEY",
    ])
    : [];

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

export function missing(texts: Texts, why: string, names: string[]): string[] {
  return names.filter((name) => !texts[name]).map((name) => `${name}: must be set, ${why}`);
}

export function together(texts: Texts, a: string, b: string): string[] {
  if (!texts[a] === !texts[b]) return [];
  const [set, unset] = texts[a] ? [a, b] : [b, a];
  return [`${unset}: must be set, since ${set} is`];
}
