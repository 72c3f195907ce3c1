// deno-lint-ignore-file no-console -- a main: it prints
// server/start.ts with programs that need nothing but Postgres. Arguments go to the worker.
import { readEnvironment } from "@/server/config.ts";
import { supervise } from "@/server/start/supervise.ts";

Deno.exit(
  await supervise({
    demo: false,
    env: readEnvironment(),
    programs: {
      server: ["tests/server/start/stand_in_server.ts"],
      worker: ["tests/server/start/stand_in_worker.ts", ...Deno.args],
    },
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  }),
);
