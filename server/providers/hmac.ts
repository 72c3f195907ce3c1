import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Verdict } from "@/server/providers/provider.ts";

const HEX = /^[0-9a-f]{64}$/;
const NO_SECRET = "no secret is set";

export interface SignatureHeader {
  name: string;
  /** what stands before the digits, e.g. `sha256=` */
  prefix: string;
  if_missing?: string;
}

export interface Signed {
  headers: Headers;
  parts: (string | Uint8Array)[];
  secrets: string[];
  secret_setting: string;
  /** what is wrong beside the signature; says so only when the header itself is in order */
  problem?: string | null;
}

/** Any of the secrets will do, empty ones are none. The work is the same whatever is wrong. */
export function verifyHex(
  header: SignatureHeader,
  { headers, parts, secrets, secret_setting, problem }: Signed,
): Verdict {
  const value = headers.get(header.name);
  const hex = hexOf(header, value ?? "");
  const usable = secrets.filter((secret) => secret !== "");
  const fits = fitsAny(hex ?? "0".repeat(64), parts, usable.length > 0 ? usable : [NO_SECRET]);
  const reason = (usable.length > 0 ? null : `${secret_setting} is not set`) ??
    (hex === null ? headerProblem(header, value) : null) ??
    problem ??
    (fits ? null : `the signature does not fit the body and ${secret_setting}`);
  return reason === null ? { ok: true } : { ok: false, reason };
}

// a header sent twice arrives joined by a comma and does not fit the pattern
function hexOf({ prefix }: SignatureHeader, value: string): string | null {
  const hex = value.startsWith(prefix) ? value.slice(prefix.length) : "";
  return HEX.test(hex) ? hex : null;
}

export function signHex(secret: string, ...parts: Signed["parts"]): string {
  const hmac = createHmac("sha256", secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function fitsAny(hex: string, parts: Signed["parts"], secrets: string[]): boolean {
  const given = Buffer.from(hex, "hex");
  let matches = 0;
  for (const secret of secrets) {
    const hmac = createHmac("sha256", secret);
    for (const part of parts) hmac.update(part);
    matches += Number(timingSafeEqual(hmac.digest(), given));
  }
  return matches > 0;
}

function headerProblem({ name, prefix, if_missing }: SignatureHeader, value: string | null) {
  if (value === null) return `the header ${name} is missing${if_missing ? `: ${if_missing}` : ""}`;
  return `${name} is not ${prefix ? `${prefix} and ` : ""}64 lower-case hex digits`;
}
