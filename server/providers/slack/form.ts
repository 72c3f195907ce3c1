import { PayloadError } from "@/server/providers/payload.ts";

const MOST_FIELDS = 100;
/** Slack's own are a hundredth of it; what is decoded three times over is not to be long. */
const MAX_BYTES = 5 * 1024 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const isForm = (content_type: string | null): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(content_type ?? "");

/** The fields of a form body, still encoded. Throws PayloadError when the body is too long or
 * not UTF-8, or a field is there twice. */
export function rawFields(body: Uint8Array): Map<string, string> {
  if (body.length > MAX_BYTES) throw new PayloadError(`the form has over ${MAX_BYTES} bytes`);
  const pairs = decode(body).split("&", MOST_FIELDS + 1).filter((pair) => pair !== "");
  if (pairs.length > MOST_FIELDS) throw new PayloadError(`over ${MOST_FIELDS} form fields`);
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = decodeField(equals === -1 ? pair : pair.slice(0, equals));
    if (fields.has(name)) throw new PayloadError(`the form field "${name}" is there twice`);
    fields.set(name, equals === -1 ? "" : pair.slice(equals + 1));
  }
  return fields;
}

/** The fields as an object with own properties only. Throws PayloadError when a field is not
 * UTF-8. */
export const decodeFields = (fields: Map<string, string>): Record<string, string> =>
  Object.fromEntries([...fields].map(([name, value]) => [name, decodeField(value)]));

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new PayloadError("the body is not UTF-8");
  }
}

function decodeField(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new PayloadError("a form field is not UTF-8");
  }
}
