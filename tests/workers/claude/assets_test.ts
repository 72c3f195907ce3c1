/** Agents and skills reach the real CLI by what all runs share, and no run can change them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import {
  AGENTS_DIR,
  claudeSettings,
  claudeTask,
  runToEnd,
  textOf,
  watchRun,
} from "@/tests/helpers/claude.ts";
import { fileAppears } from "@/tests/helpers/processes.ts";
import { Assets } from "@/workers/claude/assets.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import { detectIsolation, type Isolation } from "@/workers/claude/isolation.ts";
import type { CliEvent } from "@/workers/claude/output.ts";
import { READY_FILE, WARM_PREFIX, WarmSandboxes } from "@/workers/claude/warm.ts";

const PATH_MAX = 4096;
const NONE: Isolation = { kind: "none", reason: "r", pid_namespace: false, mount_namespace: false };

/** A `.claude` folder of its own and the runs that read it. */
async function scene(isolation: Isolation) {
  const data = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "agent-assets-" });
  const claude_dir = join(data, "claude");
  const write = async (path: string, text: string) => {
    await Deno.mkdir(join(claude_dir, path, ".."), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(join(claude_dir, path), text, { mode: 0o600 });
  };
  await write("agents/brain.md", await Deno.readTextFile(join(AGENTS_DIR, "agents", "brain.md")));
  await write("skills/hop/SKILL.md", "---\nname: hop\ndescription: Hops.\n---\nHop.\n");
  await write("CLAUDE.md", "Everybody knows this.\n");
  const runs_dir = join(data, "runs");
  await Deno.mkdir(runs_dir);
  const assets = new Assets(claude_dir, join(data, "assets"));
  const model = await startScriptedModel();
  const settings = await claudeSettings(model, { isolation, assets, hide: [data] });
  const warm = new WarmSandboxes(settings, runs_dir, () => "worker-of-a-test");
  return {
    write,
    runs_dir,
    assets,
    model,
    settings,
    warm,
    versions: () => [...Deno.readDirSync(join(data, "assets"))].map(({ name }) => name),
    folders: () => runFolders(join(runs_dir, crypto.randomUUID())),
    async [Symbol.asyncDispose]() {
      await warm.stop();
      await model.close();
      await assets.clear();
      await Deno.remove(data, { recursive: true });
    },
  };
}

const initOf = (events: CliEvent[]) => events.find((event) => event.type === "init");
const LOOK = "(cd $CLAUDE_CONFIG_DIR; cat CLAUDE.md; ls agents skills)";
const CHANGE = "cd $CLAUDE_CONFIG_DIR; echo bad >> CLAUDE.md; echo bad > agents/bad.md; " +
  "rm -f agents/brain.md; chmod u+w agents; echo bad > agents/bad.md";

const listing = (agents: string, skills: string) =>
  `Everybody knows this.\nagents:\n${agents}\n\nskills:\n${skills}`;

Deno.test("what is added while a run goes on is seen by the next run, and by that one alone", async () => {
  await using s = await scene(await detectIsolation("auto"));
  const folders = s.folders();
  await Deno.mkdir(folders.work, { recursive: true, mode: 0o700 });
  const wait = "touch up; until [ -e go ]; do sleep 0.05; done";
  const first = watchRun(claudeTask(`[[bash:${wait}; ${LOOK}]]`), folders, s.settings);
  await fileAppears(join(folders.work, "up"));
  await s.write(
    "agents/late.md",
    "---\nname: late\ndescription: Late.\nmodel: haiku\ntools: Read\n---\nx",
  );
  await s.write("skills/jump/SKILL.md", "---\nname: jump\ndescription: Jumps.\n---\nJump.\n");
  const asked = claudeTask(`[[bash:${LOOK}]]`, { agent: null });
  const second = await runToEnd(asked, s.folders(), s.settings);
  assert.equal(textOf(second.rows, "tool_result"), listing("brain.md\nlate.md", "hop\njump"));
  assert.ok(initOf(second.events)?.agents.includes("late"));
  await Deno.writeTextFile(join(folders.work, "go"), "");
  assert.equal((await first.done).status, "completed");
  const said = first.events.flatMap((event) => event.type === "output" ? [event.row] : []);
  assert.equal(textOf(said, "tool_result"), listing("brain.md", "hop"));
  assert.ok(!initOf(first.events)?.agents.includes("late"));
});

Deno.test("an agent's own model and tools hold for its run", async () => {
  await using s = await scene(await detectIsolation("auto"));
  await s.write(
    "agents/small.md",
    "---\nname: small\ndescription: S.\nmodel: haiku\ntools: Read\n---\nx",
  );
  const task = claudeTask("[[hello]]", { agent: "small" });
  const { result, events } = await runToEnd(task, s.folders(), s.settings);
  assert.equal(result.error, null);
  const { model, tools } = initOf(events)!;
  assert.match(model, /haiku/);
  assert.deepEqual(tools, ["Read"]);
  await s.write("agents/small.md", "---\nname: small\n---\nx");
  const broken = await runToEnd(
    claudeTask("[[hello]]", { agent: "small" }),
    s.folders(),
    s.settings,
  );
  assert.match(broken.result.error!, /small\.md has no valid frontmatter \(line 2: description/);
});

for (const kind of ["auto", "none"] as const) {
  Deno.test(`isolation ${kind}: a run that tries to change them changes nothing for the next`, async () => {
    await using s = await scene(kind === "none" ? NONE : await detectIsolation("auto"));
    // Root may write anywhere: as ordinary users do, it has to be asked not to.
    const change = kind === "none" && Deno.uid() === 0 ? "true" : CHANGE;
    for (const play of [change, "true"]) {
      const task = claudeTask(`[[bash:(${play}) 2> /dev/null; ${LOOK}]]`, { agent: null });
      const { rows } = await runToEnd(task, s.folders(), s.settings);
      assert.equal(textOf(rows, "tool_result"), listing("brain.md", "hop"));
    }
  });
}

Deno.test("two hundred skills cost a run nothing: it has no files of its own for them", async () => {
  await using s = await scene(await detectIsolation("auto"));
  const look = "[[bash:ls $CLAUDE_CONFIG_DIR/skills | wc -l]]";
  const filesOf = async () => {
    const folders = s.folders();
    const { rows } = await runToEnd(claudeTask(look, { agent: null }), folders, s.settings);
    const places = ["agents", "skills"].map((name) => join(folders.config, name));
    return [
      Number(textOf(rows, "tool_result")),
      places.flatMap((place) => [...Deno.readDirSync(place)]),
    ];
  };
  assert.deepEqual(await filesOf(), [1, []]);
  for (let n = 1; n < 200; n++) {
    await s.write(`skills/s${n}/SKILL.md`, `---\nname: s${n}\ndescription: Number ${n}.\n---\nx`);
  }
  assert.deepEqual(await filesOf(), [200, []]);
});

Deno.test("a sandbox that waited shows no older files: the run makes its own, and the next one waits anew", async () => {
  await using s = await scene(await detectIsolation("auto"));
  if (!s.settings.isolation.mount_namespace) return;
  const waits = async () => {
    s.warm.prepare(0);
    const names = [...Deno.readDirSync(s.runs_dir)].map(({ name }) => name);
    const name = names.filter((name) => name.startsWith(WARM_PREFIX)).toSorted().at(-1)!;
    await fileAppears(join(s.runs_dir, name, "home", READY_FILE));
  };
  await waits();
  await s.write("agents/late.md", "---\nname: late\ndescription: Late.\n---\nx");
  const newest = s.assets.hold();
  assert.equal(s.warm.take(0, s.folders(), newest), null);
  s.assets.letGo(newest);
  for (const warm of [s.warm, undefined]) {
    const task = claudeTask(`[[bash:${LOOK}]]`, { agent: null });
    const { rows } = await runToEnd(task, s.folders(), { ...s.settings, warm });
    assert.equal(textOf(rows, "tool_result"), listing("brain.md\nlate.md", "hop"));
    await waits();
  }
});

Deno.test("a version stays while somebody holds it, and goes when a newer one has come", async () => {
  await using s = await scene(NONE);
  const first = s.assets.hold();
  assert.equal(s.assets.hold(), first, "nothing has changed");
  await s.write("agents/late.md", "---\nname: late\ndescription: Late.\n---\nx");
  const second = s.assets.hold();
  assert.notEqual(second, first);
  assert.deepEqual(s.versions().toSorted(), ["0", "1"]);
  s.assets.letGo(first);
  assert.deepEqual(s.versions().toSorted(), ["0", "1"], "one still holds it");
  s.assets.letGo(first);
  await s.assets.settled();
  assert.deepEqual(s.versions(), ["1"]);
  s.assets.letGo(second);
  await s.assets.settled();
  assert.deepEqual(s.versions(), ["1"], "the newest waits for the next run");
});

Deno.test("a copy that fails leaves nothing behind, and the next one is made when it can be", async () => {
  await using s = await scene(NONE);
  let dir = await Deno.makeTempDir({ prefix: "agent-assets-" });
  const root = dir;
  while (dir.length < PATH_MAX - 300) dir = join(dir, "d".repeat(200));
  const claude_dir = join(s.runs_dir, "..", "claude");
  const assets = new Assets(claude_dir, dir);
  const long = `skills/${"s".repeat(250)}`; // too long a path where it is copied to
  await s.write(`${long}/SKILL.md`, "---\nname: s\ndescription: S.\n---\n");
  for (let tries = 0; tries < 2; tries++) assert.throws(() => assets.hold(), /too long/i);
  assert.deepEqual([...Deno.readDirSync(dir)], []);
  await Deno.remove(join(claude_dir, long), { recursive: true });
  assert.deepEqual(assets.hold().names, ["CLAUDE.md", "agents", "skills"]);
  await assets.clear();
  await Deno.remove(root, { recursive: true });
});
