/** Reads no more of an answer than is wanted: whoever answers decides how long it is. */

/** The first `max_bytes` of an answer as text, and whether there was more, which is not read. */
export async function readStart(
  response: Response,
  max_bytes: number,
): Promise<{ text: string; more: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let read_bytes = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader!.read()) {
    const left = max_bytes - read_bytes;
    read_bytes += next.value.byteLength;
    text += decoder.decode(next.value.subarray(0, left), { stream: true });
    if (read_bytes <= max_bytes) continue;
    await reader!.cancel().catch(() => {});
    return { text, more: true };
  }
  return { text: text + decoder.decode(), more: false };
}
