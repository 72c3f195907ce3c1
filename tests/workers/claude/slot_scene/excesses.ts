import { join } from "node:path";
import { untilReady } from "@/workers/claude/slots.ts";
import { fileAppears } from "@/tests/helpers/processes.ts";
import { LIMITS, RUNS, type Scenes } from "@/tests/workers/claude/slot_scene/scene.ts";
import { LOOK_AROUND } from "@/tests/workers/claude/slot_scene/plays.ts";

/** Runs that leave what is hard to end or to remove, or take too much. */
export const excesses: Scenes = {
  /**
   * Each process of it lives for less than a millisecond: no look at /proc need ever see one. What
   * shows that one lives is the lock that they inherit.
   */
  async comet(scene) {
    const comet = 'open my $up, ">", "up"; print $up "up"; close $up; while (1) { exit if fork }';
    await scene.run(
      0,
      "first",
      `setsid flock --no-fork trail perl -e '${comet}' < /dev/null > /dev/null 2>&1 &
until [ -s up ]; do sleep 0.01; done`,
    );
    const args = ["--nonblock", join(scene.folders("first").work, "trail"), "true"];
    const { success } = await new Deno.Command("flock", { args }).output();
    if (!success) scene.report.found.push("it lives");
  },

  /** More closed folders than there is time to open one by one. */
  async closed(scene) {
    const close = `perl -e 'mkdir "/tmp/z/d$_", 0 for 1..20000; chmod 0, "/tmp/z"'`;
    await scene.run(0, "first", `mkdir /tmp/z; echo secret-of-first > /tmp/z/loot; ${close}`, {
      look: false,
    });
    await scene.run(0, "second", LOOK_AROUND + "ls -d /tmp/z; cat /tmp/z/loot\n");
  },

  /** What another owns lies in the run's folder: the result comes, the next run does not. */
  async kept(scene) {
    const place = "mkdir -m 777 /tmp/z; touch up; until [ -e go ]; do sleep 0.05; done; echo done";
    await Deno.mkdir(scene.folders("first").work, { recursive: true });
    const first = scene.run(0, "first", place, { look: false });
    await fileAppears(`${RUNS}/first/work/up`);
    await Deno.mkdir("/tmp/z/of-another/full", { recursive: true });
    await Deno.writeTextFile(`${RUNS}/first/work/go`, "");
    await first;
    await scene.run(0, "second", "echo ran", { look: false });
    await scene.run(1, "other", "echo other");
    await Deno.remove("/tmp/z/of-another", { recursive: true });
    await untilReady(scene.isolation, 0, new AbortController().signal);
    await scene.run(0, "third", "echo again");
    scene.expectGone("/tmp/z");
  },

  /** The limits of one run, beside another that stays within them. */
  async too_much(scene) {
    await Deno.mkdir(scene.folders("calm").work, { recursive: true });
    const calm = scene.run(1, "calm", "touch up; until [ -e go ]; do sleep 0.05; done; echo fine");
    await fileAppears(`${RUNS}/calm/work/up`);
    const crowd = "(i=0; while [ $i -lt 60 ]; do sleep 1000 & i=$((i + 1)); done; echo all)";
    await scene.run(0, "crowd", crowd, { limits: { ...LIMITS, max_processes: 40 } });
    const hog =
      `perl -e 'my @held; while (1) { push @held, "x" x 4e6; select undef, undef, undef, 0.01 }'`;
    await scene.run(0, "hog", hog, { limits: { ...LIMITS, max_memory_mb: 200 } });
    const fill =
      "i=0; while :; do head -c 1000000 /dev/zero > $PLACE/$i; i=$((i + 1)); sleep 0.02; done";
    const little = { limits: { ...LIMITS, max_disk_mb: 16 } };
    await scene.run(0, "shared", `PLACE=/var/tmp; ${fill}`, little);
    scene.expectGone("/var/tmp/1");
    await scene.run(0, "filler", `PLACE=$TMPDIR; ${fill}`);
    scene.expectGone(scene.folders("filler").root);
    await Deno.writeTextFile(`${RUNS}/calm/work/go`, "");
    await calm;
  },
};
