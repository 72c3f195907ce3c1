import { type SignatureHeader, verifyHex } from "@/server/providers/hmac.ts";
import type { Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = { name: "X-Hub-Signature-256", prefix: "sha256=" };

/** The old SHA-1 header is not looked at. */
export const verifyGithub = (
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict => verifyHex(HEADER, { headers, parts: [body], secrets, secret_setting });
