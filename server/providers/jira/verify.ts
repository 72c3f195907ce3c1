import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Verdict } from "@/server/providers/provider.ts";

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
const NO_SECRET = "no secret is set";

/**
 * Checks `X-Hub-Signature` over the raw bytes; any of the secrets will do. The header names an
 * algorithm, but only SHA-256 is ever computed. The work is the same whatever is wrong.
 */
export function verifyJira(
  request: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict {
  const header = request.headers.get("x-hub-signature");
  // a header sent twice arrives joined by a comma and does not fit the pattern
  const hex = SIGNATURE.exec(header ?? "")?.[1] ?? "0".repeat(64);
  const given = Buffer.from(hex, "hex");
  const usable = secrets.filter((secret) => secret !== "");
  let matches = 0;
  for (const secret of usable.length > 0 ? usable : [NO_SECRET]) {
    const wanted = createHmac("sha256", secret).update(request.body).digest();
    matches += Number(timingSafeEqual(wanted, given));
  }
  if (usable.length === 0) return refused(`${secret_setting} is not set`);
  if (header === null) {
    return refused("the header X-Hub-Signature is missing: give the webhook a secret in Jira");
  }
  if (!SIGNATURE.test(header)) {
    return refused("X-Hub-Signature is not sha256= and 64 lower-case hex digits");
  }
  return matches > 0
    ? { ok: true }
    : refused(`the signature does not fit the body and ${secret_setting}`);
}

const refused = (reason: string): Verdict => ({ ok: false, reason });
