import { setTimeout as pause } from "node:timers/promises";

/** Waits, but not beyond `ending`, which may have fired already. */
export async function pauseFor(ms: number, ending: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: ending }).catch(() => {});
}

export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export async function within<T>(
  work: Promise<T>,
  ms: number,
  otherwise: () => T,
  ending?: AbortSignal,
): Promise<T> {
  const limit = Promise.withResolvers<void>();
  const giveUp = () => limit.resolve();
  if (ending?.aborted) giveUp();
  const timer = setTimeout(giveUp, Math.max(0, ms));
  ending?.addEventListener("abort", giveUp);
  try {
    return await Promise.race([work, limit.promise.then(otherwise)]);
  } finally {
    clearTimeout(timer);
    ending?.removeEventListener("abort", giveUp);
  }
}
