import {
  configureSync,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogRecord,
} from "@logtape/logtape";
import { createRedactor, type Redactor } from "@/db/process/redact.ts";

// In db/ because the server and the worker both log, and this is the folder that both may import.

export interface LogSettings {
  level: "debug" | "info" | "warning" | "error";
  json: boolean;
}

/** Redacts what we hold and what looks like a token. Called once, by a main. */
export function configureLogging(
  { level, json }: LogSettings,
  { redact }: Redactor = createRedactor([]),
): void {
  const format = json ? formatJson : formatText;
  configureSync({
    reset: true,
    sinks: { stderr: (record: LogRecord) => write(redact(format(record))) },
    loggers: [
      { category: "agent", lowestLevel: level, sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}

const formatText = getTextFormatter({
  timestamp: "time",
  level: "full",
  category: ".",
  value: "bare",
});

const jsonLine = getJsonLinesFormatter();

// The formatter itself writes an Error in the message as {} and puts quotes around every string.
function formatJson(record: LogRecord): string {
  const plain = (part: unknown) =>
    typeof part === "string" ? part : part instanceof Error ? part.message : Deno.inspect(part);
  return jsonLine({ ...record, message: [record.message.map(plain).join("")] });
}

function write(line: string): void {
  const bytes = new TextEncoder().encode(line);
  try {
    for (let done = 0; done < bytes.length;) done += Deno.stderr.writeSync(bytes.subarray(done));
  } catch { /* whoever read it is gone; that is no reason to stop working */ }
}
