import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Verdict } from "@/server/providers/provider.ts";

const SIGNATURE = /^[0-9a-f]{64}$/;
const NO_SECRET = "no secret is set";

/**
 * Checks `Sentry-Hook-Signature` over the raw bytes; any of the secrets will do. The timestamp
 * that Sentry sends is not signed, so it proves nothing and is not looked at. The work is the
 * same whatever is wrong.
 */
export function verifySentry(
  request: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict {
  const header = request.headers.get("sentry-hook-signature");
  // a header sent twice arrives joined by a comma and does not fit the pattern
  const given = Buffer.from(SIGNATURE.test(header ?? "") ? header! : "0".repeat(64), "hex");
  const usable = secrets.filter((secret) => secret !== "");
  let matches = 0;
  for (const secret of usable.length > 0 ? usable : [NO_SECRET]) {
    const wanted = createHmac("sha256", secret).update(request.body).digest();
    matches += Number(timingSafeEqual(wanted, given));
  }
  if (usable.length === 0) return refused(`${secret_setting} is not set`);
  if (header === null) return refused("the header Sentry-Hook-Signature is missing");
  if (!SIGNATURE.test(header)) {
    return refused("Sentry-Hook-Signature is not 64 lower-case hex digits");
  }
  return matches > 0
    ? { ok: true }
    : refused(`the signature does not fit the body and ${secret_setting}`);
}

const refused = (reason: string): Verdict => ({ ok: false, reason });
