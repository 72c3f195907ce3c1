/** Reads a request body with a cap on size and time, and on what all of them hold together. */
import type { Budget } from "@/server/webhooks/budget.ts";

export type Body = { ok: true; bytes: Uint8Array } | {
  ok: false;
  status: 400 | 408 | 413 | 503;
  reason: string;
  /** how much had come when we stopped */
  read_bytes: number;
};

export interface BodyLimits {
  max_bytes: number;
  timeout_ms: number;
}

const NO_ROOM = "too many large bodies are under way";

/**
 * Reads at most `max_bytes` within `timeout_ms`. Content-Length is believed only when it says too
 * much; the count goes by what comes. A body that was read holds its bytes of the budget until
 * they are given back; one that was not holds none.
 */
export async function readBody(
  request: Request,
  { max_bytes, timeout_ms }: BodyLimits,
  budget: Budget,
): Promise<Body> {
  const announced = Number(request.headers.get("content-length"));
  if (announced > max_bytes) {
    await request.body?.cancel();
    return { ok: false, status: 413, reason: tooLarge(max_bytes), read_bytes: 0 };
  }
  if (!budget.hasRoom(announced, announced)) {
    await request.body?.cancel();
    return { ok: false, status: 503, reason: NO_ROOM, read_bytes: 0 };
  }
  const chunks: Uint8Array[] = [];
  const read = await readChunks(request, timeout_ms, (chunk, read_bytes) => {
    if (read_bytes > max_bytes) return { status: 413, reason: tooLarge(max_bytes) };
    if (!budget.take(chunk.byteLength, read_bytes)) return { status: 503, reason: NO_ROOM };
    chunks.push(chunk);
    return null;
  });
  if (!read.refused) return { ok: true, bytes: joined(chunks, read.read_bytes) };
  budget.giveBack(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  return { ok: false, ...read.refused, read_bytes: read.read_bytes };
}

/** Lets a body go by that nobody will verify, at most `max_bytes` of it; how much had come. */
export async function letGoBy(request: Request, { max_bytes, timeout_ms }: BodyLimits) {
  const over = { status: 413 as const, reason: "" };
  const read = await readChunks(request, timeout_ms, (_, bytes) => bytes > max_bytes ? over : null);
  return read.read_bytes;
}

interface Refused {
  status: 400 | 408 | 413 | 503;
  reason: string;
}

/** Hands each chunk to `keep`, with the length so far, until it refuses one or the time is over. */
async function readChunks(
  { body }: Request,
  timeout_ms: number,
  keep: (chunk: Uint8Array, read_bytes: number) => Refused | null,
): Promise<{ read_bytes: number; refused: Refused | null }> {
  let read_bytes = 0;
  if (!body) return { read_bytes, refused: null };
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeout_ms);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      read_bytes += next.value.byteLength;
      const refused = keep(next.value, read_bytes);
      if (!refused) continue;
      await reader.cancel();
      return { read_bytes, refused };
    }
  } catch {
    return { read_bytes, refused: { status: 400, reason: "the body broke off" } };
  } finally {
    clearTimeout(timer);
  }
  const slow = `the body did not arrive within ${timeout_ms / 1000} s`;
  return { read_bytes, refused: late ? { status: 408, reason: slow } : null };
}

const tooLarge = (max_bytes: number) => `the body is larger than ${max_bytes} bytes`;

/** A usual payload is one chunk and is not copied. */
function joined(chunks: Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
