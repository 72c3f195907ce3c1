import { readChunks } from "@/server/providers/chunks.ts";
import type { BodySink } from "@/server/request_body/sink.ts";

export type Body =
  | { ok: true; bytes: Uint8Array<ArrayBuffer> }
  | Refused & {
    ok: false;
    read_bytes: number;
  };

export interface BodyLimits {
  max_bytes: number;
  timeout_ms: number;
}

interface Refused {
  status: 400 | 408 | 413 | 503;
  reason: string;
}

// each chunk costs a turn and 64 KiB for a moment, however short it is
const MANY_CHUNKS = 1_000;
const SHORT_BYTES = 256;

const NO_ROOM: Refused = { status: 503, reason: "too many large bodies are under way" };
const BROKEN_OFF: Refused = { status: 400, reason: "the body broke off" };
const TINY_CHUNKS: Refused = { status: 400, reason: "the body comes in too many tiny chunks" };
const tooLarge = (max_bytes: number): Refused => ({
  status: 413,
  reason: `the body is larger than ${max_bytes} bytes`,
});
const tooSlow = (timeout_ms: number): Refused => ({
  status: 408,
  reason: `the body did not arrive within ${timeout_ms / 1000} s`,
});

/** The sink holds the body until it is released; that of a refused body is released already. */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  sink: BodySink,
): Promise<Body> {
  // believed only when it says too much: what counts is what comes
  const announced = Number(request.headers.get("content-length")) || 0;
  const refused = announced > limits.max_bytes
    ? tooLarge(limits.max_bytes)
    : sink.hasRoom(announced)
    ? null
    : NO_ROOM;
  if (refused) {
    await request.body?.cancel();
    return { ok: false, ...refused, read_bytes: 0 };
  }
  const read = await readInto(sink, request, limits);
  if (!read.refused) return { ok: true, bytes: sink.bytes };
  sink.release();
  return { ok: false, ...read.refused, read_bytes: read.read_bytes };
}

async function readInto(sink: BodySink, { body }: Request, { max_bytes, timeout_ms }: BodyLimits) {
  let read_bytes = 0;
  let chunks = 0;
  let refused: Refused | null = null;
  if (!body) return { read_bytes, refused };
  const take = (chunk: Uint8Array): boolean => {
    read_bytes += chunk.byteLength;
    chunks++;
    if (read_bytes > max_bytes) refused = tooLarge(max_bytes);
    else if (chunks > MANY_CHUNKS && read_bytes < chunks * SHORT_BYTES) refused = TINY_CHUNKS;
    else if (!sink.add(chunk)) refused = NO_ROOM;
    return refused === null;
  };
  const ending = await readChunks(body, timeout_ms, take).catch(() => "broken off" as const);
  if (ending === "late") refused = tooSlow(timeout_ms);
  if (ending === "broken off") refused = BROKEN_OFF;
  return { read_bytes, refused: refused as Refused | null };
}
