const SIGNALS: Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
// The terminal sends Ctrl-C to us and to `deno task`, which passes it on: that is one.
const SAME_MS = 500;

/** The first signal asks to stop, the second to hurry. */
export interface StopSignals {
  asked: Promise<Deno.Signal>;
  forced: Promise<void>;
}

export function listenForStop(): StopSignals {
  const asked = Promise.withResolvers<Deno.Signal>();
  const forced = Promise.withResolvers<void>();
  let first: number | null = null;
  const onSignal = (signal: Deno.Signal) => {
    first ??= performance.now();
    asked.resolve(signal);
    if (performance.now() - first > SAME_MS) forced.resolve();
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => onSignal(signal));
  return { asked: asked.promise, forced: forced.promise };
}
