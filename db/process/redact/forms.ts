import { Buffer } from "node:buffer";

const SHORTEST = 8;
/** A line as long as this one of a secret that has several, such as a private key. */
const LONG_LINE = 24;

export function formsOf(secret: string): string[] {
  const texts = [secret, ...partsOf(secret)].filter((text) => text.length >= SHORTEST);
  return [...new Set(texts.flatMap(encoded))];
}

function partsOf(secret: string): string[] {
  return [...linesOf(secret), ...passwordOf(secret)];
}

/** In `.env` a key is one line, with `\n` in the place of its ends of lines. */
function linesOf(secret: string): string[] {
  const text = secret.replaceAll("\\n", "\n");
  if (!text.includes("\n")) return [];
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const secrets = lines.filter((line) => line.length >= LONG_LINE && !line.startsWith("-----"));
  return [text, text.trim(), ...secrets];
}

/** Of an address with a password in it. An ordinary word such as `postgres` stays readable. */
function passwordOf(secret: string): string[] {
  const written = /^[a-z][\w+.-]*:\/\/[^\s:/@]*:(.+)@/i.exec(secret)?.[1];
  if (!written || /^[a-z]{1,12}$/i.test(written)) return [];
  return [written, decoded(written)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encoded(text: string): string[] {
  const bytes = Buffer.from(text, "utf8");
  const hex = bytes.toString("hex");
  const percent = encodeURIComponent(text.toWellFormed());
  const base64 = [0, 1, 2].map((before) => base64Within(bytes, before));
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    hex,
    hex.toUpperCase(),
    percent,
    percent.replace(/%../g, (byte) => byte.toLowerCase()),
    [...text].reverse().join(""),
    ...base64,
    ...base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** Base64 of the bytes behind `before` others (mod 3), without the characters that others share. */
function base64Within(bytes: Buffer, before: number): string {
  const all = Buffer.concat([Buffer.alloc(before), bytes]);
  const first = Math.ceil(before * 8 / 6);
  return all.toString("base64").slice(first, Math.floor(all.length * 8 / 6));
}
