/** Waits, but not beyond `ending`, which may have fired already. */
export function pauseFor(ms: number, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ending.aborted) return resolve();
    const timer = setTimeout(done, ms);
    ending.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      ending.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** Resolves when the signal fires, or has fired already. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What the work gives, or what `otherwise` says when it takes longer than that. */
export async function within<T>(work: Promise<T>, ms: number, otherwise: () => T): Promise<T> {
  const limit = Promise.withResolvers<T>();
  const timer = setTimeout(() => limit.resolve(otherwise()), Math.max(0, ms));
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
