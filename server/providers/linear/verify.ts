import { type SignatureHeader, verifyHex } from "@/server/providers/hmac.ts";
import type { Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = { name: "Linear-Signature", prefix: "" };
const WINDOW_MS = 60_000;

/** The time stands in the signed body; the header `Linear-Timestamp` is signed by nobody. */
export function verifyLinear(
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  now: Date,
  secret_setting: string,
): Verdict {
  const verdict = verifyHex(HEADER, { headers, parts: [body], secrets, secret_setting });
  const problem = verdict.ok ? timeProblem(body, now) : null;
  return problem === null ? verdict : { ok: false, reason: problem };
}

function timeProblem(body: Uint8Array, now: Date): string | null {
  const sent_ms = sentAt(body);
  if (sent_ms === "unreadable") return null;
  if (sent_ms === null) return "the body has no webhookTimestamp, a number of milliseconds";
  const off_ms = now.getTime() - sent_ms;
  if (Math.abs(off_ms) <= WINDOW_MS) return null;
  const where = off_ms > 0 ? "past" : "future";
  return `webhookTimestamp is ${Math.abs(off_ms)} ms in the ${where} (${WINDOW_MS} ms may be)`;
}

/** What is no JSON object causes nothing: `read` says what is wrong with it. */
function sentAt(body: Uint8Array): number | null | "unreadable" {
  try {
    const { webhookTimestamp } = JSON.parse(new TextDecoder().decode(body));
    return Number.isSafeInteger(webhookTimestamp) ? webhookTimestamp : null;
  } catch {
    return "unreadable";
  }
}
