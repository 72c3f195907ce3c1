import { type SignatureHeader, verifyHex } from "@/server/providers/hmac.ts";
import type { Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = { name: "Sentry-Hook-Signature", prefix: "" };

/**
 * Checks `Sentry-Hook-Signature` over the raw bytes; any of the secrets will do. The timestamp
 * that Sentry sends is not signed, so it proves nothing and is not looked at. The work is the
 * same whatever is wrong.
 */
export const verifySentry = (
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict => verifyHex(HEADER, { headers, parts: [body], secrets, secret_setting });
