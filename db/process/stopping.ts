/** By SIGTERM, SIGINT, SIGHUP, or a closed pipe, which is what is left of a killed supervisor. */
export function whenAskedToStop(supervised: boolean): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => stopping.abort(signal));
  }
  if (supervised) void untilClosed(Deno.stdin.readable).then(() => stopping.abort("supervisor"));
  return stopping.signal;
}

async function untilClosed(stream: ReadableStream<Uint8Array>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch {
    // Broken is closed.
  }
}
