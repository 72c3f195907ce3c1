/** One run at a time; who calls during one shares the next. Resolves after a run that began later. */
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
