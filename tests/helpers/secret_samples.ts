/** Secrets that nobody has, in all the shapes that must not get out. */
import { createHash } from "node:crypto";

/** Text that looks random and is the same each time. */
export function scramble(name: string, length: number): string {
  let text = "";
  for (let i = 0; text.length < length; i++) {
    text += createHash("sha512").update(`${name} ${i}`).digest("base64").replace(/[+/=]/g, "");
  }
  return text.slice(0, length);
}

function pem(label: string, headers = ""): string {
  const lines = scramble(label, 64 * 6 + 21).match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${headers}${lines.join("\n")}==\n-----END ${label}-----`;
}

/** What is secret by its shape alone, by name. */
export const SHAPES: Record<string, string> = {
  "a new installation token": `ghs_1234_eyJ${scramble("head", 60)}.${scramble("claims", 360)}.${
    scramble("signature", 86)
  }`,
  "a classic GitHub token": `ghp_${scramble("classic", 36)}`,
  "an OAuth token of GitHub": `gho_${scramble("oauth", 36)}`,
  "a user's token of GitHub": `ghu_${scramble("user", 36)}`,
  "a refresh token of GitHub": `ghr_${scramble("refresh", 76)}`,
  "a fine-grained GitHub token": `github_pat_${scramble("fine", 22)}_${scramble("grained", 59)}`,
  "a GitLab token": `glpat-${scramble("gitlab", 20)}`,
  "a Slack token": `xoxb-${"123456789012"}-${scramble("slack", 24)}`,
  "a key of the model's API": `sk-ant-api03-${scramble("model", 86)}-${scramble("end", 8)}AA`,
  "a token of ours": `cca_${scramble("ours", 43)}`,
  "an AWS key id": "AKIAIOSFODNN7EXAMPLE",
  "a webhook's secret": `whsec_${scramble("webhook", 43)}=`,
  "an RSA key": pem("RSA PRIVATE KEY"),
  "an EC key": pem("EC PRIVATE KEY"),
  "a PKCS#8 key": pem("PRIVATE KEY"),
  "an encrypted key": pem("ENCRYPTED PRIVATE KEY"),
  "an encrypted RSA key": pem(
    "RSA PRIVATE KEY",
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,9F1E2D3C4B5A69788796A5B4C3D2E1F0\n\n",
  ),
  "a key of OpenSSH": pem("OPENSSH PRIVATE KEY"),
};

/** A secret that we hold, and everything else by which somebody could tell it. */
export const HELD = {
  plain: `held ${scramble("held", 30)}`,
  quoted: `with "quotes", a \\ and ünïcode ${scramble("quoted", 12)}`,
  short: "s3cret-8",
  database: `postgres://agent:${scramble("database", 20)}@db.example:5432/agent`,
};

/** Runs of `length` characters of `secret` that are in `text`; [] when nothing of it is. */
export function piecesIn(text: string, secret: string, length = 8): string[] {
  const found: string[] = [];
  for (let at = 0; at + length <= secret.length; at++) {
    const piece = secret.slice(at, at + length);
    if (!PUBLIC.test(piece) && text.includes(piece)) found.push(piece);
  }
  return found;
}

/** The heads of keys are no secret. */
const PUBLIC = /-----|PRIVATE|BEGIN|sk-ant-|github_p|CRYPTED|EXAMPLE/;

/** Numbers from 0 to 1 that are the same for each seed (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The text cut at random into pieces of `most` characters at most. */
export function randomPieces(text: string, most: number, random: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = 1 + Math.floor(random() * most);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
