// In db/ because whatever leaves a process is redacted: logs of both, replies and output of one.

const HIDDEN = "[redacted]";
const SHORTEST_SECRET = 8;

/** Shapes of the tokens that providers, the model's API and we give out; and of URL passwords. */
const SHAPES = [
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-ant-|cca_)[\w-]{10,255}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bwhsec_[A-Za-z0-9+/=]{24,255}/g,
  // Up to the next dash, not up to an END that may never come: that would be quadratic.
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\\\s]{0,20000}/g,
  /(?<=:\/\/[^\s:/@]{0,100}:)[^\s/@]{1,255}(?=@)/g,
];

export interface Redactor {
  /** The text without any secret. */
  redact(text: string): string;
  /**
   * How many characters at the end of `text` may be the beginning of a secret that goes on in the
   * next piece: keep these back until it is there.
   */
  undecided(text: string): number;
}

/** Hides each of `secrets`, as it is and as JSON writes it, and all that looks like a token. */
export function createRedactor(secrets: string[]): Redactor {
  // The longest first: one secret may begin with another.
  const held = [...new Set(secrets.flatMap((secret) => [secret, inJson(secret)]))]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return {
    redact(text) {
      for (const secret of held) text = text.replaceAll(secret, HIDDEN);
      for (const shape of SHAPES) text = text.replace(shape, HIDDEN);
      return text;
    },
    undecided: (text) => Math.max(0, ...held.map((secret) => overlap(text, secret))),
  };
}

const inJson = (secret: string) => JSON.stringify(secret).slice(1, -1);

/** Length of the longest end of `text` that is a beginning of `secret`. */
function overlap(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
