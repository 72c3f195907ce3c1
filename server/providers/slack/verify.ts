import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Verdict } from "@/server/providers/provider.ts";

const SIGNATURE = /^v0=([0-9a-f]{64})$/;
const TIMESTAMP = /^\d{1,12}$/;
const WINDOW_SECONDS = 300;
const NO_SECRET = "no secret is set";

/**
 * Checks `X-Slack-Signature` over `v0:{timestamp}:{raw body}`; any of the secrets will do.
 * The timestamp may be five minutes off, in either direction: Slack's own library lets one from
 * the future pass. The work is the same whatever is wrong.
 */
export function verifySlack(
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  now: Date,
  secret_setting: string,
): Verdict {
  const signature = headers.get("x-slack-signature");
  const timestamp = headers.get("x-slack-request-timestamp");
  const usable = secrets.filter((secret) => secret !== "");
  const fits = signatureFits(signature, timestamp, body, usable);
  const problem = usable.length === 0
    ? `${secret_setting} is not set`
    : signatureProblem(signature) ?? timestampProblem(timestamp, now);
  if (problem) return refused(problem);
  return fits ? { ok: true } : refused(`the signature does not fit the body and ${secret_setting}`);
}

function signatureFits(
  signature: string | null,
  timestamp: string | null,
  body: Uint8Array,
  secrets: string[],
): boolean {
  // a header sent twice arrives joined by a comma and does not fit the pattern
  const hex = SIGNATURE.exec(signature ?? "")?.[1] ?? "0".repeat(64);
  const given = Buffer.from(hex, "hex");
  const signed = TIMESTAMP.test(timestamp ?? "") ? timestamp : "0";
  let matches = 0;
  for (const secret of secrets.length > 0 ? secrets : [NO_SECRET]) {
    const wanted = createHmac("sha256", secret).update(`v0:${signed}:`).update(body).digest();
    matches += Number(timingSafeEqual(wanted, given));
  }
  return matches > 0;
}

function signatureProblem(signature: string | null): string | null {
  if (signature === null) return "the header X-Slack-Signature is missing";
  if (SIGNATURE.test(signature)) return null;
  return "X-Slack-Signature is not v0= and 64 lower-case hex digits";
}

function timestampProblem(timestamp: string | null, now: Date): string | null {
  if (timestamp === null) return "the header X-Slack-Request-Timestamp is missing";
  if (!TIMESTAMP.test(timestamp)) return "X-Slack-Request-Timestamp is not a number of seconds";
  const off = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (Math.abs(off) <= WINDOW_SECONDS) return null;
  const where = off > 0 ? "past" : "future";
  return `X-Slack-Request-Timestamp is ${
    Math.abs(off)
  } s in the ${where} (${WINDOW_SECONDS} s may be)`;
}

const refused = (reason: string): Verdict => ({ ok: false, reason });

/** What is wrong with a signing secret, or null. */
export function slackSecretProblem(secret: string): string | null {
  if (/^x(?:ox|app-)/.test(secret)) {
    return "this is a token; the Signing Secret stands under Basic Information, App Credentials";
  }
  if (secret !== secret.trim()) return "the signing secret has spaces around it";
  return secret.length < 8 ? "the signing secret is too short: Slack's have 32 characters" : null;
}
