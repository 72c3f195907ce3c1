/** A run in a sandbox that waited for it is the same as one that made its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { claudeSettings, claudeTask, runToEnd, textOf } from "@/tests/helpers/claude.ts";
import { fileAppears, processesOf } from "@/tests/helpers/processes.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import { detectIsolation } from "@/workers/claude/isolation.ts";
import { READY_FILE, WARM_PREFIX, WarmSandboxes } from "@/workers/claude/warm.ts";

async function scene() {
  const runs_dir = await Deno.makeTempDir({ prefix: "runs-" });
  const model = await startScriptedModel();
  const isolation = await detectIsolation("auto");
  const cold = await claudeSettings(model, {
    isolation,
    agent_env: { QUOTED: `it's "$HOME" \n;` },
  });
  const warm = new WarmSandboxes(cold, runs_dir, () => "worker-of-a-test");
  return {
    runs_dir,
    isolation,
    cold,
    warm,
    async [Symbol.asyncDispose]() {
      await warm.stop();
      await model.close();
      await Deno.remove(runs_dir, { recursive: true });
    },
  };
}

const waiting = (runs_dir: string) =>
  [...Deno.readDirSync(runs_dir)].filter(({ name }) => name.startsWith(WARM_PREFIX));

/** Makes a sandbox for slot 0 and resolves when it waits. */
async function ready({ warm, runs_dir }: { warm: WarmSandboxes; runs_dir: string }) {
  warm.prepare(0);
  const [{ name }] = waiting(runs_dir);
  await fileAppears(join(runs_dir, name, "home", READY_FILE));
}

Deno.test("what the CLI's shell sees is the same, whether its sandbox waited or not", async () => {
  await using s = await scene();
  assert.ok(s.isolation.mount_namespace, `nothing to try here: ${s.isolation.reason}`);
  const look =
    "[[bash:env | grep -v -e AGENT_RUN_ID -e SESSION -e NOTES_DIR -e _TOKEN= | sort; id -u; pwd; ls -a ~]]";
  const results: string[] = [];
  for (const settings of [s.cold, { ...s.cold, warm: s.warm }]) {
    if (settings.warm) await ready(s);
    const folders = runFolders(join(s.runs_dir, crypto.randomUUID()));
    const task = claudeTask(look);
    const { result, rows } = await runToEnd(task, folders, settings);
    assert.deepEqual([result.status, result.error], ["completed", null]);
    results.push(textOf(rows, "tool_result"));
    assert.deepEqual(processesOf(task.run_id), []);
  }
  assert.match(results[0], /^QUOTED=it's "\$HOME" $/m);
  assert.equal(results[1], results[0]);
});

Deno.test("each run gets a sandbox of its own, and what still waits is gone after stop()", async () => {
  await using s = await scene();
  const assets = s.cold.assets.hold();
  s.warm.prepare(0);
  assert.equal(
    s.warm.take(0, runFolders(join(s.runs_dir, "early")), assets),
    null,
    "not before it is furnished",
  );
  await ready(s);
  assert.equal(waiting(s.runs_dir).length, 1, "one per slot");
  const first = s.warm.take(0, runFolders(join(s.runs_dir, "first")), assets);
  assert.ok(first?.alive);
  assert.equal(
    s.warm.take(0, runFolders(join(s.runs_dir, "second")), assets),
    null,
    "it is taken once",
  );
  s.warm.prepare(0);
  assert.equal(
    s.warm.take(0, runFolders(join(s.runs_dir, "first")), assets),
    null,
    "a folder that is there is kept",
  );
  const [{ name }] = waiting(s.runs_dir);
  const run_id = `worker-of-a-test${name}`;
  assert.ok(processesOf(run_id).length > 0);
  await s.warm.stop();
  assert.deepEqual(processesOf(run_id), []);
  assert.deepEqual(waiting(s.runs_dir), []);
  first.child.kill("SIGKILL");
  await Promise.all(
    [first.child.stdin.close(), first.child.stdout.cancel(), first.child.stderr.cancel()]
      .map((closing) => closing.catch(() => {})),
  );
  await first.child.status;
});

Deno.test("a sandbox whose run cannot be started is ended with it", async () => {
  await using s = await scene();
  await ready(s);
  const [{ name }] = waiting(s.runs_dir);
  await Deno.mkdir(join(s.runs_dir, name, "home", ".launch")); // as a full disk: it cannot be written
  const folders = runFolders(join(s.runs_dir, "first"));
  const { result } = await runToEnd(claudeTask("hello"), folders, { ...s.cold, warm: s.warm });
  assert.deepEqual([result.ended_by, result.status], ["spawn", "failed"]);
  assert.deepEqual(processesOf(`worker-of-a-test${name}`), []);
});
