import { type SignatureHeader, verifyHex } from "@/server/providers/hmac.ts";
import type { Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = { name: "X-Hub-Signature-256", prefix: "sha256=" };

/**
 * Checks `X-Hub-Signature-256` over the raw bytes; any of the secrets will do.
 * The old SHA-1 header is not looked at. The work is the same whatever is wrong.
 */
export const verifyGithub = (
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict => verifyHex(HEADER, { headers, parts: [body], secrets, secret_setting });
