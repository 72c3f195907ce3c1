import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Secrets at rest: AES-256-GCM under a key made of SECRET_KEY (HKDF-SHA256). */
export interface Seal {
  seal(secret: string, place: string): Uint8Array;
  /** The secret again; null when it was sealed with another SECRET_KEY, elsewhere, or changed. */
  open(sealed: Uint8Array, place: string): string | null;
  fingerprint(secret: string): string;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INFO = "claude-code-agent sealed secrets v1";
const FINGERPRINT_INFO = "claude-code-agent fingerprints v1";

export function createSeal(secret_key: string): Seal {
  const key = new Uint8Array(hkdfSync("sha256", secret_key, "", INFO, 32));
  return {
    seal(secret, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(new TextEncoder().encode(place));
      const body = [cipher.update(secret, "utf8"), cipher.final()];
      return Buffer.concat([Uint8Array.of(VERSION), nonce, cipher.getAuthTag(), ...body]);
    },
    open(sealed, place) {
      try {
        return opened(key, sealed, place);
      } catch {
        return null;
      }
    },
    fingerprint(secret) {
      const own = new Uint8Array(hkdfSync("sha256", secret_key, "", FINGERPRINT_INFO, 32));
      return createHmac("sha256", own).update(secret).digest("hex");
    },
  };
}

/** Ends what was made under an ADMIN_TOKEN when that changes; null: there is none. */
export const adminTokenMac = (secret_key: string, admin_token: string | null): string | null =>
  admin_token && createSeal(secret_key).fingerprint(`ADMIN_TOKEN ${admin_token}`);

const FORWARD_INFO = "claude-code-agent forward secret v1:";

/** Made of SECRET_KEY, so that the worker knows it and nothing has to be stored. */
export function forwardSecret(secret_key: string, webhook_id: string): string {
  const key = hkdfSync("sha256", secret_key, "", FORWARD_INFO + webhook_id, 32);
  return `whsec_${Buffer.from(key).toString("base64")}`;
}

function opened(key: Uint8Array, sealed: Uint8Array, place: string): string {
  if (sealed[0] !== VERSION) throw new Error("sealed by a later version");
  const tag_at = 1 + NONCE_BYTES;
  const body_at = tag_at + TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, tag_at));
  decipher.setAAD(new TextEncoder().encode(place));
  decipher.setAuthTag(sealed.subarray(tag_at, body_at));
  const parts = [decipher.update(sealed.subarray(body_at)), decipher.final()];
  return new TextDecoder().decode(Buffer.concat(parts));
}
