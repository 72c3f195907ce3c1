import { getLogger } from "@logtape/logtape";
import { pauseFor } from "@/db/process/pause.ts";

const log = getLogger(["agent", "start"]);

/** Whether GET /api/health answers 200 within the time. */
export async function isHealthy(
  url: string,
  patience_ms: number,
  over: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + patience_ms;
  while (performance.now() < deadline && !over.aborted) {
    const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) })
      .catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return true;
    await pauseFor(25, over);
  }
  if (!over.aborted) log.error("the server does not answer {url}/api/health", { url });
  return false;
}

/** What follows "worker ready: " in what the worker prints. */
export function watchForWorker(print: (line: string) => void) {
  const ready = Promise.withResolvers<string>();
  const onLine = (line: string) => {
    const report = line.match(/^worker ready: (.*)/)?.[1];
    if (report === undefined) print(line);
    else ready.resolve(report);
  };
  return { onLine, ready: ready.promise };
}
