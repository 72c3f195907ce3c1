/** What one run may take from the machine, tried with small limits in the strongest isolation here. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { claudeSettings, claudeTask, runToEnd } from "@/tests/helpers/claude.ts";
import { fileAppears, processesOf } from "@/tests/helpers/processes.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import { detectIsolation } from "@/workers/claude/isolation.ts";
import { startClaude } from "@/workers/claude/process.ts";
import { countsByNamespace, limitsSaid, type ResourceLimits } from "@/workers/claude/resources.ts";
import { READY_FILE, WarmSandboxes } from "@/workers/claude/warm.ts";
import { roomBytes } from "@/workers/claude/watch/disk.ts";

// The kernel counts a uid's processes over the whole machine: tests beside this one have some, too.
const LIMITS: ResourceLimits = { max_processes: 120, max_memory_mb: 200, max_disk_mb: 24 };
const NO_MODEL = { url: "http://127.0.0.1:9" };
const RESULT = `'{"type":"result","subtype":"success","is_error":false,"num_turns":1,` +
  `"result":"done","session_id":"","total_cost_usd":0,"usage":{},"modelUsage":{}}'`;

/** A machine with two slots whose CLI is a shell that runs the file `play` of its work folder. */
async function machine(changes: Partial<ResourceLimits> = {}) {
  const dir = await Deno.makeTempDir({ prefix: "limits-" });
  await Deno.chmod(dir, 0o755);
  const cli_bin = join(dir, "claude");
  const script = `read -r message\n. ./play > said 2> errors\necho ${RESULT}\nread -r message`;
  await Deno.writeTextFile(cli_bin, `#!/bin/sh\n${script}\n`);
  await Deno.chmod(cli_bin, 0o755);
  const settings = await claudeSettings(NO_MODEL, {
    cli_bin,
    isolation: await detectIsolation("auto"),
    resources: { ...LIMITS, ...changes },
  });
  return {
    dir,
    settings,
    folders: (name: string) => runFolders(join(dir, "runs", name)),
    async play(name: string, play: string) {
      const { work } = this.folders(name);
      await Deno.mkdir(work, { recursive: true });
      await Deno.writeTextFile(join(work, "play"), play);
      return claudeTask("play", { agent: null });
    },
    async run(name: string, play: string) {
      const task = await this.play(name, play);
      const { result } = await runToEnd(task, this.folders(name), settings);
      assert.deepEqual(processesOf(task.run_id), []);
      const read = (file: string) =>
        Deno.readTextFile(join(this.folders(name).work, file)).catch(() => "");
      return { result, said: await read("said"), errors: await read("errors") };
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** Starts more than it may, each of which stays. */
const CROWD = `
i=0
while [ $i -lt 160 ]; do sleep 1000 & i=$((i + 1)); done
echo all`;
const HOG =
  `exec perl -e '$| = 1; my @held; while (1) { push @held, "x" x 4e6; select undef, undef, undef, 0.01 }'`;

Deno.test("processes beyond the limit are refused by the kernel", async () => {
  await using m = await machine();
  const stays = "i=0; while [ $i -lt 160 ]; do sleep 3 & echo $! > last; i=$((i + 1)); done";
  const busy = "read -r last < last; while kill -0 $last; do :; done; echo went on";
  const { result, said, errors } = await m.run("crowd", `(${stays}); ${busy}`);
  assert.deepEqual([result.status, said], ["completed", "went on\n"], result.error ?? "");
  assert.match(errors, /Cannot fork/);
});

Deno.test("where the kernel does not count for a run, it is ended for its processes", async () => {
  await using m = await machine();
  m.settings.isolation = {
    kind: "none",
    reason: "a test",
    pid_namespace: false,
    mount_namespace: false,
  };
  const { result } = await m.run("crowd", `${CROWD}; wait`);
  assert.deepEqual([result.status, result.ended_by], ["failed", "processes"]);
  assert.equal(
    result.error,
    `Stopped: it ran more than ${LIMITS.max_processes} processes at once (AGENT_MAX_PROCESSES).`,
  );
});

Deno.test("a file larger than all of a run's disk is refused", async () => {
  await using m = await machine();
  const { result, said } = await m.run(
    "large",
    "head -c 30000000 /dev/zero > large; stat -c %s large",
  );
  assert.equal(result.status, "completed", result.error ?? "");
  assert.equal(said, `${24 * 1024 * 1024}\n`);
});

Deno.test("many small files end the run that wrote them, and they are gone at once", async () => {
  await using m = await machine();
  const { result } = await m.run(
    "filler",
    `i=0
while :; do mkdir -p "$TMPDIR/$((i % 9))"; head -c 1000000 /dev/zero > "$TMPDIR/$((i % 9))/$i"; i=$((i + 1)); sleep 0.02; done`,
  );
  assert.deepEqual([result.status, result.ended_by], ["failed", "disk"]);
  assert.equal(result.error, "Stopped: it used more than 24 MB of disk (AGENT_MAX_DISK_MB).");
  await assert.rejects(Deno.stat(m.folders("filler").root), Deno.errors.NotFound);
});

Deno.test("a memory hog is ended with words; the run beside it goes on", async () => {
  await using m = await machine();
  const task = await m.play("beside", "touch up; until [ -e go ]; do sleep 0.05; done; echo fine");
  const beside = m.folders("beside");
  const other = startClaude(task, beside, m.settings, 1, () => {});
  await fileAppears(join(beside.work, "up"));
  const { result } = await m.run("hog", HOG);
  assert.deepEqual([result.status, result.ended_by], ["failed", "memory"]);
  assert.equal(result.error, "Stopped: it used more than 200 MB of memory (AGENT_MAX_MEMORY_MB).");
  await Deno.writeTextFile(join(beside.work, "go"), "");
  assert.equal((await other.done).status, "completed");
  assert.equal(await Deno.readTextFile(join(beside.work, "said")), "fine\n");
});

Deno.test("memory that processes share counts once", async () => {
  await using m = await machine();
  const { result, said } = await m.run(
    "shared",
    `perl -e 'my $held = "x" x 6e7; for (1 .. 4) { fork or do { sleep 3; exit } } 1 while wait != -1; print "all\\n"'`,
  );
  assert.deepEqual([result.status, said], ["completed", "all\n"], result.error ?? "");
});

Deno.test("when memory runs out the kernel takes a run first", async () => {
  await using m = await machine();
  if (m.settings.isolation.kind === "none") return;
  const { said } = await m.run("score", "cat /proc/self/oom_score_adj; ulimit -c");
  assert.equal(said, "500\n0\n");
});

Deno.test("a sandbox that waited is held to the same limits", async () => {
  await using m = await machine();
  if (!m.settings.isolation.mount_namespace) return;
  const runs = join(m.dir, "runs");
  await Deno.mkdir(runs);
  // Its folder may not be there already, so the play comes with the CLI.
  await Deno.writeTextFile(
    m.settings.cli_bin,
    `#!/bin/sh\nread -r message\n(${CROWD}) > said 2> errors\nwhile read -r line; do echo "$line"; done < /proc/self/limits > limits\necho ${RESULT}\nread -r message\n`,
  );
  const warm = new WarmSandboxes(m.settings, runs, () => "worker-of-a-test");
  warm.prepare(0);
  const [{ name }] = [...Deno.readDirSync(runs)];
  await fileAppears(join(runs, name, "home", READY_FILE));
  const task = claudeTask("play", { agent: null });
  const { result } = await runToEnd(task, m.folders("warm"), { ...m.settings, warm });
  await warm.stop();
  assert.equal(result.status, "completed", result.error ?? "");
  const { work } = m.folders("warm");
  assert.match(await Deno.readTextFile(join(work, "errors")), /Cannot fork/);
  assert.match(await Deno.readTextFile(join(work, "limits")), /^Max file size +25165824 /m);
});

Deno.test("what holds here is said in words", () => {
  const limits = { max_processes: 256, max_memory_mb: 4096, max_disk_mb: 5120 };
  const on = (kind: "uid" | "namespace" | "none", os = "linux", release = "6.1.0-18-amd64") =>
    limitsSaid({ kind }, limits, { os, release });
  assert.equal(
    on("uid"),
    "limits of a run: 256 processes by the kernel, 4096 MB of memory and 5120 MB of disk by looking",
  );
  assert.match(on("namespace"), /256 processes by the kernel/);
  assert.match(on("namespace", "linux", "5.10.0-28-amd64"), /256 processes by looking/);
  assert.match(on("none"), /256 processes by looking/);
  assert.match(on("none", "darwin"), /5120 MB of disk by looking; none on processes and memory/);
  assert.deepEqual(["5.13.9", "5.14.0", "6.0"].map(countsByNamespace), [false, true, true]);
});

Deno.test("a small disk keeps a tenth free, a large one 1 GiB", () => {
  assert.deepEqual([2e9, 252e9].map(roomBytes), [2e8, 1024 ** 3]);
});
