/**
 * A program that prunes run folders and prints, as JSON, which were removed and which are left: so
 * that a root without capabilities can run it, who may do no more with files than anybody else.
 */
import { join } from "node:path";
import { Assets } from "@/workers/claude/assets.ts";
import { placeAssets } from "@/workers/claude/assets/place.ts";
import { makeFolders, type RunFolders, runFolders } from "@/workers/claude/folders.ts";
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
const prepared = await preparedAnew(runFolders(join(runs, "used")));
Deno.stdout.writeSync(
  new TextEncoder().encode(JSON.stringify({ removed: removed.toSorted(), left, prepared })),
);

/** What is in the configuration of a run that goes on, after one that left a closed folder there. */
async function preparedAnew(folders: RunFolders): Promise<string[]> {
  const claude_dir = await Deno.makeTempDir();
  await Deno.mkdir(join(claude_dir, "agents"));
  const assets = new Assets(claude_dir, await Deno.makeTempDir());
  await Deno.mkdir(join(folders.config, "hooks", "inside"), { recursive: true });
  await Deno.chmod(join(folders.config, "hooks"), 0o500);
  makeFolders(folders);
  placeAssets(folders, assets.hold(), false);
  return [...Deno.readDirSync(folders.config)].map(({ name }) => name);
}
