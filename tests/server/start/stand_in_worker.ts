// Does as workers/main.ts does, as far as the supervisor can see. `stubborn` ignores SIGTERM.
import { join } from "node:path";

const env = Deno.env.toObject();
await Deno.writeTextFile(join(env.DATA_DIR, "worker.json"), JSON.stringify({ pid: Deno.pid, env }));
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
say("worker ready: Claude Code 2.1.332, not signed in");
say("a line for people");
const is_stubborn = Deno.args.includes("stubborn");
Deno.addSignalListener("SIGTERM", () => is_stubborn ? say("no") : Deno.exit(0));
for await (const _ of Deno.stdin.readable) { /* until the supervisor is gone */ }
Deno.exit(0);
