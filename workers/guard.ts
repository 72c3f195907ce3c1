// Ends the runs of a worker that cannot: guard/guard_runs.ts; its other end is guard/keep_guard.ts.
import { z } from "zod";
import { configureLogging } from "@/db/process/logging.ts";
import { readLines } from "@/db/process/lines.ts";
import { guardRuns } from "@/workers/guard/guard_runs.ts";

const LOOK_EVERY_MS = 250;
const LONGEST_LINE_BYTES = 1_000;

if (import.meta.main) {
  const args = z.tuple([
    z.coerce.number().positive(),
    z.enum(["json", "text"]),
    z.coerce.number().int(),
  ]);
  const [silence_ms, format, slots] = args.parse(Deno.args);
  configureLogging({ level: "info", json: format === "json" });
  await guardRuns(readLines(Deno.stdin.readable, LONGEST_LINE_BYTES), {
    silence_ms,
    look_ms: LOOK_EVERY_MS,
    slots,
  });
  Deno.exit(0);
}
