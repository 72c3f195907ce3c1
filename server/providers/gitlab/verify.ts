import { createHash, timingSafeEqual } from "node:crypto";
import type { Verdict } from "@/server/providers/provider.ts";
import { standardSecretProblem, verifyStandard } from "@/server/providers/standard_webhooks.ts";

const SHORTEST_TOKEN = 8;

const isSigning = (secret: string): boolean => secret.startsWith("whsec_");

/** `whsec_…` verifies signatures alone, any other secret is compared with `X-Gitlab-Token`. A
 * signature that is there is what counts: a wrong one is not made good by a token. */
export function verifyGitlab(
  { headers, body }: { headers: Headers; body: Uint8Array },
  secrets: string[],
  now: Date,
  secret_setting: string,
): Verdict {
  const usable = secrets.filter((secret) => secret !== "");
  const signing = usable.filter(isSigning);
  const tokens = usable.filter((secret) => !isSigning(secret));
  const by_signature = verifyStandard(headers, body, signing, now, { secret_setting });
  const by_token = verifyToken(headers.get("x-gitlab-token"), tokens, secret_setting);
  const signature_counts = signing.length > 0 &&
    (tokens.length === 0 || headers.has("webhook-signature"));
  return signature_counts ? by_signature : by_token;
}

// digests have one length, so that nothing is told by how long a comparison takes
function verifyToken(header: string | null, tokens: string[], setting: string): Verdict {
  const given = digest(header ?? "");
  let matches = 0;
  for (const token of tokens.length > 0 ? tokens : ["no secret is set"]) {
    matches += Number(timingSafeEqual(given, digest(token)));
  }
  if (tokens.length === 0) return { ok: false, reason: `${setting} is not set` };
  if (header === null) return { ok: false, reason: "the header X-Gitlab-Token is missing" };
  return matches > 0 ? { ok: true } : {
    ok: false,
    reason: `X-Gitlab-Token is not what ${setting} says`,
  };
}

const digest = (text: string) => createHash("sha256").update(text).digest();

export function secretProblem(secret: string): string | null {
  if (isSigning(secret)) return standardSecretProblem(secret);
  if (!/^[\x21-\x7e]+$/.test(secret)) return "it has blanks or characters that no header can hold";
  return secret.length < SHORTEST_TOKEN ? `it is shorter than ${SHORTEST_TOKEN} characters` : null;
}
