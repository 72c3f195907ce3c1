import { v7, validate } from "uuid";

export const newId = (): string => v7();

/** True for text that Postgres' `uuid` takes. Anything else is an unknown id, not an error. */
export const isId = (text: string): boolean => validate(text);

/** The smallest UUIDv7 of that millisecond: a bound for "since then" on a key. */
export const firstIdAt = (time: Date): string =>
  v7({ msecs: Math.max(0, time.getTime()), seq: 0, random: new Uint8Array(16) });
