/** https://www.standardwebhooks.com, symmetric signatures only. */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Verdict } from "@/server/providers/provider.ts";

/** How far the sender's clock may be from ours, before and after. */
export const TOLERANCE_SECONDS = 300;

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
// a full stop would make two readings of `id.timestamp.body` possible
const ID = /^[\w:=+/~@-]{1,200}$/;
const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^v[0-9]{1,2}[a-z]?,[A-Za-z0-9+/]{1,200}={0,2}$/;
const V1 = /^v1,[A-Za-z0-9+/]{43}=$/;
const MAX_SIGNATURES = 10;
const NO_KEY = Buffer.from("no secret is set");

export function standardSecretProblem(secret: string): string | null {
  const base64 = SECRET.exec(secret)?.[1];
  if (base64 === undefined) return "it is not whsec_ followed by base64";
  const { length } = Buffer.from(base64, "base64");
  return length >= MIN_KEY_BYTES && length <= MAX_KEY_BYTES
    ? null
    : `its key has ${length} bytes instead of ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES}`;
}

export const newStandardSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** The headers that sign `body`. `timestamp` is in seconds. Throws Error when the secret is
 * none; ask `standardSecretProblem` first. */
export function signStandard(
  id: string,
  timestamp: number,
  body: string | Uint8Array,
  secret: string,
): Record<string, string> {
  const key = keyOf(secret);
  if (!key) throw new Error(`the signing secret cannot be used: ${standardSecretProblem(secret)}`);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${digest(key, id, String(timestamp), body)}`,
  };
}

/** Checks `webhook-id`, `webhook-timestamp` and `webhook-signature` over the raw bytes. Any of
 * the secrets and any of the listed signatures will do. */
export function verifyStandard(
  headers: Headers,
  body: Uint8Array,
  secrets: string[],
  now: Date,
  { secret_setting }: { secret_setting: string },
): Verdict {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  const listed = (headers.get("webhook-signature") ?? "").slice(0, 3000).split(" ");
  const keys = secrets.map(keyOf).filter((key) => key !== null);
  let matches = 0;
  for (const key of keys.length > 0 ? keys : [NO_KEY]) {
    const wanted = digest(key, id, timestamp, body);
    for (const entry of listed.slice(0, MAX_SIGNATURES)) matches += Number(fits(entry, wanted));
  }
  const reason = secretsReason(secrets, keys.length, secret_setting) ??
    headersReason(headers, now) ??
    (matches > 0 ? null : `the signature does not fit the body and ${secret_setting}`);
  return reason === null ? { ok: true } : { ok: false, reason };
}

function secretsReason(secrets: string[], usable: number, setting: string): string | null {
  if (usable > 0) return null;
  const [first] = secrets.filter((secret) => secret !== "");
  if (first === undefined) return `${setting} is not set`;
  return `${setting} cannot be used: ${standardSecretProblem(first)}`;
}

function headersReason(headers: Headers, now: Date): string | null {
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    if (headers.get(name) === null) return `the header ${name} is missing`;
  }
  if (!ID.test(headers.get("webhook-id")!)) return "the header webhook-id is no plain id";
  const timestamp = headers.get("webhook-timestamp")!;
  if (!TIMESTAMP.test(timestamp)) return "the header webhook-timestamp is no number of seconds";
  const age = now.getTime() / 1000 - Number(timestamp);
  if (Math.abs(age) > TOLERANCE_SECONDS) {
    return `webhook-timestamp is ${Math.round(Math.abs(age))} s ${age > 0 ? "old" : "ahead"}; ` +
      `${TOLERANCE_SECONDS} s are allowed`;
  }
  return signaturesReason(headers.get("webhook-signature")!);
}

// sent twice, the header arrives joined by ", ": one list is separated by spaces alone
function signaturesReason(header: string): string | null {
  const entries = header.length > 3000 ? [] : header.split(" ");
  return entries.length <= MAX_SIGNATURES && entries.length > 0 &&
      entries.every((entry) => SIGNATURE.test(entry)) && entries.some((entry) => V1.test(entry))
    ? null
    : "webhook-signature is no list of v1,base64 separated by spaces";
}

function keyOf(secret: string): Buffer | null {
  return standardSecretProblem(secret) === null
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : null;
}

function digest(key: Buffer, id: string, timestamp: string, body: string | Uint8Array): string {
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
}

/** Compared as text: base64 has more than one way to write the same bytes. */
function fits(entry: string, wanted: string): boolean {
  const given = V1.test(entry) ? entry.slice(3) : "=".repeat(44);
  return timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}
