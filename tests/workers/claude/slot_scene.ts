/**
 * Runs in slots that only their uid tells apart, one after the other and at once. A program, so
 * that a container can run it: `slot_scene.ts SCENE` prints a `Report` as JSON. The CLI's place is
 * taken by a shell that runs the file `play` of its work folder.
 */
import { detectIsolation, IsolationError } from "@/workers/claude/isolation.ts";
import { CLI, DATA, RUNS, Scene, type Scenes } from "@/tests/workers/claude/slot_scene/scene.ts";
import { leftovers } from "@/tests/workers/claude/slot_scene/leftovers.ts";
import { excesses } from "@/tests/workers/claude/slot_scene/excesses.ts";
import { crashes } from "@/tests/workers/claude/slot_scene/crashes.ts";

const RESULT = JSON.stringify({
  type: "result",
  subtype: "success",
  is_error: false,
  num_turns: 1,
  result: "ok",
  session_id: "",
  total_cost_usd: 0,
  usage: {},
  modelUsage: {},
});

const scenes: Scenes = { ...leftovers, ...excesses, ...crashes };

if (import.meta.main) {
  await Deno.mkdir(RUNS, { recursive: true });
  await Deno.chmod(DATA, 0o711);
  await Deno.chmod(RUNS, 0o711);
  await Deno.writeTextFile(
    CLI,
    `#!/bin/sh\nread -r message\n. ./play > said 2> errors\necho '${RESULT}'\nwhile read -r message; do :; done\n`,
  );
  await Deno.chmod(CLI, 0o755);
  const report = await detectIsolation("uid").then(async (isolation) => {
    const scene = new Scene(isolation);
    await scenes[Deno.args[0]](scene);
    return scene.report;
  }).catch((error) => {
    if (!(error instanceof IsolationError)) throw error;
    return { reason: error.message };
  });
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(report)));
  Deno.exit(0);
}
