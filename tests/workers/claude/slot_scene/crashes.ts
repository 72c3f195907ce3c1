import { ownRunFolders, slotUid } from "@/workers/claude/isolation.ts";
import { sweepRuns } from "@/workers/claude/process_tree.ts";
import { cleanSlots } from "@/workers/claude/slots.ts";
import { alive, RUNS, type Scenes } from "@/tests/workers/claude/slot_scene/scene.ts";

/** What a worker that died left in a slot, and what only looks like it. */
export const crashes: Scenes = {
  /** The same by the sweep, which goes by marks that it cannot read here. */
  async swept(scene) {
    const orphan = await startOrphan("echo up; exec sleep 1000");
    scene.report.said.swept = String(await sweepRuns((id) => id.startsWith("dead-worker."), 8));
    scene.report.left_alive.push(...alive(7));
    await orphan.status;
  },

  /** A service of the system has a uid of the same range, which no slot here ever had. */
  async service(scene) {
    const service = await startOrphan("echo up; exec sleep 1000", 54);
    await cleanSlots(scene.isolation, 8, RUNS);
    scene.report.said.swept = String(await sweepRuns(() => false, 8));
    scene.report.left_alive.push(...alive(54).filter((pid) => pid === service.pid));
    service.kill("SIGKILL");
    await service.status;
  },

  /** A worker died: what it left is ended before the next one runs anything. */
  async after_a_crash(scene) {
    const folders = scene.folders("first");
    for (const path of Object.values(folders)) await Deno.mkdir(path, { recursive: true });
    ownRunFolders(scene.isolation, 7, folders);
    const orphan = await startOrphan("echo x > /tmp/left; echo up; exec sleep 1000");
    await cleanSlots(scene.isolation, 8, RUNS);
    scene.report.left_alive.push(...alive(7));
    await orphan.status;
    scene.expectGone("/tmp/left");
    scene.expectOurs(folders);
  },
};

/** What a worker that died left in a slot; resolves when it runs. */
async function startOrphan(script: string, slot = 7): Promise<Deno.ChildProcess> {
  const uid = slotUid(slot);
  const become = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
  const orphan = new Deno.Command("setpriv", {
    args: [...become, "sh", "-c", script],
    env: { AGENT_RUN_ID: "dead-worker.task" },
    stdout: "piped",
    detached: true,
  }).spawn();
  const reader = orphan.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return orphan;
}
