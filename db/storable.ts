// Postgres text holds neither NUL nor half a surrogate pair; payloads and tools bring both.

const NUL = /\0/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function storable(text: string): string {
  if (text.isWellFormed() && !text.includes("\0")) return text;
  return text.replace(NUL, "\\u0000")
    .replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // JSON.stringify writes NUL and lone surrogates as escapes; most values have none at all, and to
  // look for them by the pattern alone took as long as writing the JSON.
  if (!json.includes("\\u") || !/\\u(0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(
    value,
    (_key, part) => typeof part === "string" ? storable(part) : named(part),
  );
}

/** The same object under names that can be stored; keys come from outside as values do. */
function named(part: unknown): unknown {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  const entries = Object.entries(part);
  if (entries.every(([name]) => storable(name) === name)) return part;
  return Object.fromEntries(entries.map(([name, value]) => [storable(name), value]));
}
