// Does as server/main.ts does, as far as the supervisor can see: migrates, answers, stops.
import { join } from "node:path";
import { migrate } from "@/db/migrate.ts";

const env = Deno.env.toObject();
await Deno.writeTextFile(join(env.DATA_DIR, "server.json"), JSON.stringify({ pid: Deno.pid, env }));
if (env.COMMAND_PREFIX === "@refuse") Deno.exit(78);
await migrate(env.DATABASE_URL);
Deno.serve(
  { port: Number(env.PORT), hostname: "127.0.0.1", onListen() {} },
  () => Response.json({ pid: Deno.pid }),
);
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
for await (const _ of Deno.stdin.readable) { /* until the supervisor is gone */ }
Deno.exit(0);
