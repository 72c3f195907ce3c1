// deno-lint-ignore-file no-console -- a main: it prints
// `deno task start`: Postgres, the server and the worker, up and kept up. See start/supervise.ts.
import { listenForStop } from "@/server/start/signals.ts";

// Before the rest is loaded, which takes half a second: a stop meanwhile ends a Postgres left over.
const stop = listenForStop();
const { readEnvironment } = await import("@/server/config.ts");
const { supervise } = await import("@/server/start/supervise.ts");

// In `dev` each process starts again when a file of it changes.
const watch = Deno.args.includes("--dev") ? ["--watch"] : [];

Deno.exit(
  await supervise({
    demo: Deno.args.includes("--demo"),
    env: readEnvironment(),
    stop,
    programs: {
      server: [...watch, "server/main.ts", "--supervised"],
      worker: [...watch, "workers/main.ts", "--supervised"],
    },
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  }),
);
