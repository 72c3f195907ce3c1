import { type SignatureHeader, signHex, verifyHex } from "@/server/providers/hmac.ts";
import type { Signing, Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = { name: "X-Slack-Signature", prefix: "v0=" };
const TIMESTAMP = /^\d{1,12}$/;
const WINDOW_SECONDS = 300;

/** The time may be off in both directions: Slack's own library lets one from the future pass. */
export function verifySlack(
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  now: Date,
  secret_setting: string,
): Verdict {
  const timestamp = headers.get("x-slack-request-timestamp");
  const signed = TIMESTAMP.test(timestamp ?? "") ? timestamp : "0";
  return verifyHex(HEADER, {
    headers,
    parts: [`v0:${signed}:`, body],
    secrets,
    secret_setting,
    problem: timestampProblem(timestamp, now),
  });
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

export function signSlack(body: string, { secret, now }: Omit<Signing, "event">) {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${signHex(secret, `v0:${timestamp}:`, body)}`,
  };
}

export function slackSecretProblem(secret: string): string | null {
  if (/^x(?:ox|app-)/.test(secret)) {
    return "this is a token; the Signing Secret stands under Basic Information, App Credentials";
  }
  if (secret !== secret.trim()) return "the signing secret has spaces around it";
  return secret.length < 8 ? "the signing secret is too short: Slack's have 32 characters" : null;
}
