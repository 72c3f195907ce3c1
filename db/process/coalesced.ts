/**
 * Runs for everybody who asks, one run at a time: who comes while one is under way shares the one
 * behind it, however many they are. Resolves when a run that began after the call has ended.
 */
export function coalesced(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  const start = (): Promise<void> => {
    waiting = null;
    return running = run().finally(() => running = null);
  };
  return () => {
    if (waiting) return waiting;
    if (!running) return start();
    return waiting = running.catch(() => {}).then(start);
  };
}
