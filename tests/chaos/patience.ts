/** Waits for what gives no sign, with an end. */

export const pause = (time_ms: number): Promise<void> =>
  new Promise((wake) => setTimeout(wake, time_ms));

/** Looks again and again; what it found, or null when nothing came in time. */
export async function found<T>(
  look: () => T | null | undefined | Promise<T | null | undefined>,
  patience_ms: number,
  every_ms = 50,
): Promise<T | null> {
  const deadline = performance.now() + patience_ms;
  for (;;) {
    const value = await look();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) return null;
    await pause(every_ms);
  }
}
