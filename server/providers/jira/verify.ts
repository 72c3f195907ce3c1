import { type SignatureHeader, signHex, verifyHex } from "@/server/providers/hmac.ts";
import type { Signing, Verdict } from "@/server/providers/provider.ts";

const HEADER: SignatureHeader = {
  name: "X-Hub-Signature",
  prefix: "sha256=",
  if_missing: "give the webhook a secret in Jira",
};

/** The header names an algorithm, but only SHA-256 is ever computed. */
export const verifyJira = (
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  secret_setting: string,
): Verdict => verifyHex(HEADER, { headers, parts: [body], secrets, secret_setting });

export const signJira = (body: string, { secret }: Pick<Signing, "secret">) => ({
  "x-atlassian-webhook-identifier": crypto.randomUUID(),
  "x-hub-signature": `sha256=${signHex(secret, body)}`,
});
