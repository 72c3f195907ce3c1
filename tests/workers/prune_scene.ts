/**
 * A program that prunes run folders and prints, as JSON, which were removed and which are left: so
 * that a root without capabilities can run it, who may do no more with files than anybody else.
 */
import { join } from "node:path";
import { pruneRunFolders } from "@/workers/prune.ts";

const DAY_MS = 24 * 3600_000;

const runs = await Deno.makeTempDir({ prefix: "agent-prune-" });
for (const name of ["closed", "plain", "used"]) {
  await Deno.mkdir(join(runs, name, "work", "checkout"), { recursive: true });
  await Deno.writeTextFile(join(runs, name, "work", "checkout", "file"), "x");
}
await Deno.chmod(join(runs, "closed", "work", "checkout"), 0o500);
await Deno.chmod(join(runs, "closed", "work"), 0o000);
const removed = await pruneRunFolders(runs, ["used"], Date.now() + 2 * DAY_MS);
const left = [...Deno.readDirSync(runs)].map(({ name }) => name);
Deno.stdout.writeSync(
  new TextEncoder().encode(JSON.stringify({ removed: removed.toSorted(), left })),
);
