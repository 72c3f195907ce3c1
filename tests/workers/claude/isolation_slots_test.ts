/**
 * Slots that only their uid tells apart, as in the container that compose starts: with its six
 * capabilities, without namespaces of their own. What a run leaves must not meet the next one.
 */
import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { locateCli } from "@/workers/claude/locate.ts";
import { canContain, composeCapabilities, runInContainer } from "@/tests/helpers/container.ts";
import { slotsEverUsed } from "@/workers/claude/slots_used.ts";
import { idsOf } from "@/workers/claude/isolation/shared.ts";
import type { Report } from "@/tests/workers/claude/slot_scene/scene.ts";

const POSSIBLE = await canContain();
const SCENE = new URL("slot_scene.ts", import.meta.url);

async function scene(
  name: string,
  options: Parameters<typeof runInContainer>[2] = {},
  ...args: string[]
) {
  const { stdout, stderr } = await runInContainer(SCENE, [name, ...args], options);
  assert.ok(stdout.length > 0, stderr);
  const report: Report = JSON.parse(stdout);
  return report;
}

function inContainer(name: string, test: () => Promise<void>) {
  Deno.test({ name, fn: test, ignore: !POSSIBLE });
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

inContainer("the same with the CLI itself: it works, and its shell meets nothing", async () => {
  const { cli_bin } = await locateCli(null);
  const programs = dirname(cli_bin);
  const report = await scene("real_cli", { programs }, `/srv/bin/${basename(cli_bin)}`);
  assert.deepEqual(report.said, {
    first: "completed  told where: 64001",
    second: "completed  told where: 64001",
  });
  assert.deepEqual([report.left_alive, report.found], [[], []]);
});

inContainer(
  "what all runs read is changed by none of them, and the next run sees what we add",
  async () => {
    const { cli_bin } = await locateCli(null);
    const { said, found } = await scene(
      "shared_assets",
      { programs: dirname(cli_bin) },
      `/srv/bin/${basename(cli_bin)}`,
    );
    const seen = (agents: string) =>
      `completed  told where: hop hop\nagents:\n${agents}\n\nskills:\nhop`;
    assert.deepEqual([said, found], [
      { first: seen("brain.md"), second: seen("brain.md\nlate.md") },
      [],
    ]);
  },
);

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

inContainer("twenty thousand closed folders are gone before the slot's next run", async () => {
  const { said, left_alive, found } = await scene("closed");
  assert.deepEqual([said, left_alive, found], [{ first: "", second: "" }, [], []]);
});

inContainer(
  "a slot that cannot be emptied is out of service until it can, others go on",
  async () => {
    const { said, left_alive, found } = await scene("kept");
    assert.deepEqual(said, {
      first: "done\n",
      second: "What uid 64001 left cannot be removed: /tmp/z",
      other: "other\n",
      third: "again\n",
    });
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

inContainer(
  "a run that takes too much is ended, what it wrote is gone, and its neighbour goes on",
  async () => {
    const { said, left_alive, found } = await scene("too_much");
    assert.deepEqual(said, {
      crowd: "",
      hog: "Stopped: it used more than 200 MB of memory (AGENT_MAX_MEMORY_MB).",
      shared: "Stopped: it used more than 16 MB of disk (AGENT_MAX_DISK_MB).",
      filler: "Stopped: the disk of DATA_DIR is nearly full, and no other run used more of it. " +
        "Make room there, or lower AGENT_MAX_DISK_MB.",
      calm: "fine\n",
    });
    assert.deepEqual([left_alive, found], [[], []]);
  },
);

inContainer(
  "where a slot cannot be emptied, its kind of isolation is refused with the reason",
  async () => {
    const dir = await Deno.makeTempDir({ dir: "/opt", prefix: "agent-setpriv-" });
    const { success } = await new Deno.Command("sh", {
      args: ["-c", 'cp "$(command -v setpriv)" "$1/real"', "sh", dir],
    }).output();
    assert.ok(success);
    // It does not do as that user what empties a slot; and there is no power to do it as root.
    const setpriv = `${dir}/setpriv`;
    await Deno.writeTextFile(
      setpriv,
      `#!/bin/sh\ncase "$*" in *" -- -1; exit 0"*) exit 0 ;; esac\nexec ${dir}/real "$@"\n`,
    );
    await Deno.chmod(setpriv, 0o755);
    const caps = (await composeCapabilities()).filter((name) => name !== "kill");
    const { reason } = await scene("one_after_the_other", { caps, setpriv })
      .finally(() => Deno.remove(dir, { recursive: true }));
    assert.match(
      reason,
      /AGENT_ISOLATION=uid does not work here: .*uid: Processes of an earlier run cannot be ended: \d+/,
    );
  },
);

inContainer("what runs as a uid that no slot ever had is left alone", async () => {
  const { said, left_alive } = await scene("service");
  assert.deepEqual([said.swept, left_alive.length], ["", 1]);
});

Deno.test("the most slots that a folder ever had are remembered", async () => {
  const dir = await Deno.makeTempDir();
  const counts: number[] = [];
  for (const slots of [3, 8, 2]) counts.push(await slotsEverUsed(dir, slots));
  assert.deepEqual(counts, [3, 8, 8]);
  await Deno.remove(dir, { recursive: true });
});

inContainer("a sweep ends what it may not look into", async () => {
  const { said, left_alive } = await scene("swept");
  assert.deepEqual([said.swept, left_alive], ["a run in slot 7", []]);
});

Deno.test("the owner of System V IPC is read as the kernel prints it", () => {
  const table = `
       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid
1655024897          3   644                   100    11     0      0 64009 64009 64009 64009
         0          4   644                   100    12     0      0     0     0 64009 64009
         0          5   644                   100    12     0      0     0     0     0     0`;
  assert.deepEqual(idsOf(table.trimStart(), 64009), [3, 4]);
  assert.deepEqual(idsOf("", 64009), []);
});
