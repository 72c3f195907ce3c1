import { isSecretName, REDACTED, redactPayload } from "@/views/redact_payload.ts";

/** Larger ones would hold up everybody else while they are parsed. */
export const LONGEST_READABLE = 1024 * 1024;

/** The text of a body, or null for one that is too large or no text. */
export function readableBody(body: Uint8Array): string | null {
  if (body.length > LONGEST_READABLE) return null;
  const text = textOf(body);
  if (text === null) return null;
  return readableJson(text) ?? readableForm(text) ?? text;
}

/**
 * The same for text of ours that holds a payload, such as what is forwarded: also where it was cut,
 * so that it is no JSON any more.
 */
export function readablePayload(text: string): string {
  if (!/^\s*[{[]/.test(text)) return text;
  return readableJson(text) ??
    text.replace(PAIR, (pair, name) => isSecretName(name) ? `"${name}": "${REDACTED}"` : pair);
}

const PAIR = /"([^"\\]{1,200})"\s{0,20}:\s{0,20}"(?:[^"\\]|\\.)*(?:"|$)/gs;

function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

function readableJson(text: string): string | null {
  try {
    return JSON.stringify(redactPayload(JSON.parse(text)), null, 2);
  } catch {
    return null;
  }
}

/** `payload=%7B…` of GitHub and Slack, `command=%2Fagent&text=…`: a line each. */
function readableForm(text: string): string | null {
  if (!/^[\w.[\]%+-]+=[^\s]*$/.test(text)) return null;
  return [...new URLSearchParams(text)].map(([name, value]) => {
    const shown = isSecretName(name) && value !== "" ? REDACTED : jsonObject(value) ?? value;
    return `${name}: ${shown}`;
  }).join("\n");
}

const jsonObject = (text: string): string | null =>
  /^\s*[{[]/.test(text) ? readableJson(text) : null;
