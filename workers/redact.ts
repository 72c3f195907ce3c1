// Shapes of the tokens that our providers and the model's API give out.
const TOKEN_SHAPES = [
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,255}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,255}\b/g,
  /\bsk-ant-[A-Za-z0-9_-]{20,255}\b/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bwhsec_[A-Za-z0-9+/=]{24,255}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
];
const HIDDEN = "[redacted]";
const SHORTEST_SECRET = 8;

export interface Redactor {
  /** The text without any secret. */
  redact(text: string): string;
  /**
   * How many characters at the end of `text` may be the beginning of a secret that goes on in the
   * next piece: keep these back until it is there.
   */
  undecided(text: string): number;
}

/** Hides each of `secrets`, and everything that has the shape of a well-known token. */
export function createRedactor(secrets: string[]): Redactor {
  // The longest first: one secret may begin with another.
  const held = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return {
    redact(text) {
      for (const secret of held) text = text.replaceAll(secret, HIDDEN);
      for (const shape of TOKEN_SHAPES) text = text.replace(shape, HIDDEN);
      return text;
    },
    undecided: (text) => Math.max(0, ...held.map((secret) => overlap(text, secret))),
  };
}

/** Length of the longest end of `text` that is a beginning of `secret`. */
function overlap(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
