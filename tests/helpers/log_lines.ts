import { configure, type LogRecord, reset } from "@logtape/logtape";
import { inTime } from "@/tests/helpers/until.ts";

/** What the log of this process says, until the end of the scope. */
export async function logLines() {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const sink = ({ level, message }: LogRecord) => {
    lines.push(`${level}: ${message.join("")}`);
    for (const wake of waiting) wake();
  };
  await configure({
    reset: true,
    sinks: { lines: sink },
    loggers: [
      { category: "agent", sinks: ["lines"], lowestLevel: "info" },
      { category: ["logtape", "meta"], lowestLevel: "error" },
    ],
  });
  return {
    lines,
    matching: (pattern: RegExp) => lines.filter((line) => pattern.test(line)),
    /** Resolves when there is a line like this. */
    async until(pattern: RegExp): Promise<string> {
      const { promise, resolve } = Promise.withResolvers<string>();
      const look = () => {
        const line = lines.find((line) => pattern.test(line));
        if (line) resolve(line);
      };
      waiting.add(look);
      look();
      return await inTime(`a line like ${pattern}`, promise).finally(() => waiting.delete(look));
    },
    [Symbol.asyncDispose]: () => reset(),
  };
}
