/** Reads a request body with a cap on size and time. */

export type Body = { ok: true; bytes: Uint8Array } | {
  ok: false;
  status: 400 | 408 | 413;
  reason: string;
  /** how much had come when we stopped */
  read_bytes: number;
};

/**
 * Reads at most `max_bytes` within `timeout_ms`. Content-Length is believed only when it
 * says too much; the count goes by what comes.
 */
export async function readBody(
  request: Request,
  max_bytes: number,
  timeout_ms: number,
): Promise<Body> {
  const too_large = `the body is larger than ${max_bytes} bytes`;
  if (Number(request.headers.get("content-length")) > max_bytes) {
    await request.body?.cancel();
    return { ok: false, status: 413, reason: too_large, read_bytes: 0 };
  }
  if (!request.body) return { ok: true, bytes: new Uint8Array() };
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let read_bytes = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeout_ms);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      read_bytes += next.value.byteLength;
      if (read_bytes > max_bytes) {
        await reader.cancel();
        return { ok: false, status: 413, reason: too_large, read_bytes };
      }
      chunks.push(next.value);
    }
  } catch {
    return { ok: false, status: 400, reason: "the body broke off", read_bytes };
  } finally {
    clearTimeout(timer);
  }
  const slow = `the body did not arrive within ${timeout_ms / 1000} s`;
  if (late) return { ok: false, status: 408, reason: slow, read_bytes };
  return { ok: true, bytes: joined(chunks, read_bytes) };
}

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
