/**
 * Slots that only their uid tells apart, as in the container that compose starts: with its six
 * capabilities, without namespaces of their own. What a run leaves must not meet the next one.
 */
import assert from "node:assert/strict";
import { runInContainer } from "@/tests/helpers/container.ts";
import { idsOf } from "@/workers/claude/isolation/shared.ts";
import type { Report } from "@/tests/workers/claude/slot_scene.ts";

const ROOT = Deno.uid() === 0 && Deno.build.os === "linux";
const SCENE = new URL("slot_scene.ts", import.meta.url);

async function scene(name: string, options: Parameters<typeof runInContainer>[2] = {}) {
  const { stdout, stderr } = await runInContainer(SCENE, [name], options);
  assert.ok(stdout.length > 0, stderr);
  const report: Report = JSON.parse(stdout);
  return report;
}

function inContainer(name: string, test: () => Promise<void>) {
  Deno.test({ name, fn: test, ignore: !ROOT });
}

inContainer("a slot's next task meets nothing of the one before", async () => {
  const report = await scene("one_after_the_other");
  assert.match(report.reason, /without namespaces/);
  assert.deepEqual(report, {
    ...report,
    said: { first: "", second: "" },
    left_alive: [],
    found: [],
  });
});

inContainer("a run that goes on in another slot gets its folders again", async () => {
  const { said, found } = await scene("going_on");
  assert.deepEqual([said.first, found], ["mine\nmore\n64002\n", []]);
});

inContainer("two slots at once: neither reads, changes or ends the other's run", async () => {
  const { said, left_alive, found } = await scene("at_once");
  assert.deepEqual([said, left_alive, found], [{ first: "", second: "" }, [], []]);
});

inContainer(
  "processes that are gone before anybody can look at them are ended as well",
  async () => {
    const { left_alive, found } = await scene("comet");
    assert.deepEqual([left_alive, found], [[], []]);
  },
);

inContainer(
  "a worker that starts ends what a dead one left in any slot, and takes its folders",
  async () => {
    const { left_alive, found } = await scene("after_a_crash");
    assert.deepEqual([left_alive, found], [[], []]);
  },
);

Deno.test("the owner of System V IPC is read as the kernel prints it", () => {
  const table = `
       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid
1655024897          3   644                   100    11     0      0 64009 64009 64009 64009
         0          4   644                   100    12     0      0     0     0 64009 64009
         0          5   644                   100    12     0      0     0     0     0     0`;
  assert.deepEqual(idsOf(table.trimStart(), 64009), [3, 4]);
  assert.deepEqual(idsOf("", 64009), []);
});
