export const MAX_ROW_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** At most `max` bytes of UTF-8 each, between characters. */
export function splitText(text: string, max = MAX_ROW_BYTES): string[] {
  if (text.length * 3 <= max) return [text];
  const parts: string[] = [];
  const room = new Uint8Array(max);
  for (let at = 0; at < text.length;) {
    const read = Math.max(1, encoder.encodeInto(slice(text, at, max), room).read);
    parts.push(text.slice(at, at + read));
    at += read;
  }
  return parts;
}

/** `cut`: how many characters were left out. */
export function cutText(text: string, max = MAX_ROW_BYTES): { text: string; cut: number } {
  const first = splitText(text, max)[0] ?? "";
  return { text: first, cut: text.length - first.length };
}

/** Long strings are shortened until the whole fits in a row. */
export function cutInput(input: unknown): unknown {
  try {
    return cutWhole(input);
  } catch (error) {
    if (error instanceof RangeError) return { note: "It was nested too deep to keep." };
    throw error;
  }
}

function cutWhole(input: unknown): unknown {
  if (size(input) <= MAX_ROW_BYTES) return input;
  for (const max of [64 * 1024, 4096, 256]) {
    const shorter = shorten(input, max);
    if (size(shorter) <= MAX_ROW_BYTES) return shorter;
  }
  return { note: `The input of ${size(input)} bytes was too long to keep.` };
}

function shorten(value: unknown, max: number): unknown {
  if (typeof value === "string") {
    const { text, cut } = cutText(value, max);
    return cut === 0 ? value : `${text}… (${cut} more characters)`;
  }
  if (Array.isArray(value)) return value.map((item) => shorten(item, max));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shorten(item, max)]));
}

function size(value: unknown): number {
  return encoder.encode(JSON.stringify(value) ?? "").length;
}

/** Does not end within a surrogate pair. */
function slice(text: string, at: number, max: number): string {
  const end = Math.min(text.length, at + max);
  const last = text.charCodeAt(end - 1);
  const splits_pair = end < text.length && end - at > 1 && last >= 0xd800 && last <= 0xdbff;
  return text.slice(at, splits_pair ? end - 1 : end);
}
