const SIGNALS: Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
// `deno task` passes a Ctrl-C on to us, which the terminal has sent us as well: that is one.
const SAME_MS = 500;

/** How we are told to stop: once politely, and again by somebody who cannot wait. */
export interface StopSignals {
  asked: Promise<Deno.Signal>;
  forced: Promise<void>;
}

/** Listens from now on, for as long as the process lives. */
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
