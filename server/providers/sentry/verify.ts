import { type SignatureHeader, verifyHex } from "@/server/providers/hmac.ts";
import type { Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = { name: "Sentry-Hook-Signature", prefix: "" };

/** The timestamp that Sentry sends is not signed: it proves nothing and is not looked at. */
export const verifySentry = (
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict => verifyHex(HEADER, { headers, parts: [body], secrets, secret_setting });
