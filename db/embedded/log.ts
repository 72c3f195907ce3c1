const KEPT_BYTES = 256 * 1024;

/** Safe while Postgres writes: it appends, so its next line lands at the new end. */
export async function boundLog(path: string, limit_bytes = 10 * 1024 * 1024): Promise<void> {
  const size = await logSize(path);
  if (size <= limit_bytes) return;
  const tail = await readFrom(path, size - KEPT_BYTES);
  await Deno.writeTextFile(path, tail.slice(tail.indexOf("\n") + 1));
}

export async function logSize(path: string): Promise<number> {
  return await Deno.stat(path).then(({ size }) => size, () => 0);
}

export async function readFrom(path: string, offset: number): Promise<string> {
  try {
    using file = await Deno.open(path);
    await file.seek(offset, Deno.SeekMode.Start);
    return await new Response(file.readable).text();
  } catch {
    return "";
  }
}
