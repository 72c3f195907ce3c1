/**
 * Runs in slots that only their uid tells apart, one after the other and at once. A program, so
 * that a container can run it: `slot_scene.ts SCENE` prints a `Report` as JSON. The CLI's place is
 * taken by a shell that runs the file `play` of its work folder.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type RunFolders, runFolders } from "@/workers/claude/folders.ts";
import {
  detectIsolation,
  type Isolation,
  IsolationError,
  ownRunFolders,
  slotUid,
} from "@/workers/claude/isolation.ts";
import { type ClaudeSettings, type RunResult, startClaude } from "@/workers/claude/process.ts";
import { sweepRuns } from "@/workers/claude/process_tree.ts";
import { listProcesses } from "@/workers/claude/process_tree/processes.ts";
import { Assets } from "@/workers/claude/assets.ts";
import { AGENTS_DIR, claudeSettings, claudeTask, rowsOf, textOf } from "@/tests/helpers/claude.ts";
import { cleanSlots, untilReady } from "@/workers/claude/slots.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { CliEvent } from "@/workers/claude/output.ts";
import { fileAppears } from "@/tests/helpers/processes.ts";

export interface Report {
  reason: string;
  /** What each run printed, by its name. */
  said: Record<string, string>;
  /** Living processes of slots, after each run. */
  left_alive: number[];
  /** Paths and what is wrong with them at the end. */
  found: string[];
}

const DATA = "/srv/data";
const RUNS = `${DATA}/runs`;
const CLI = "/srv/claude";
const LIMITS = { max_processes: 256, max_memory_mb: 1024, max_disk_mb: 5120 };
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

class Scene {
  readonly report: Report = { reason: "", said: {}, left_alive: [], found: [] };
  readonly isolation: Isolation;

  constructor(isolation: Isolation) {
    this.isolation = isolation;
    this.report.reason = isolation.reason;
  }

  folders(name: string): RunFolders {
    return runFolders(join(RUNS, name));
  }

  /** Runs a play to its end, and unless `look` is false until its slot is empty. `name` is that of its folder. */
  async run(
    slot: number,
    name: string,
    play: string,
    { resume = false, limits = LIMITS, look = true } = {},
  ): Promise<RunResult> {
    const folders = this.folders(name);
    await Deno.mkdir(folders.work, { recursive: true });
    await Deno.writeTextFile(join(folders.work, "play"), play);
    const settings = await this.settings({ cli_bin: CLI, resources: limits });
    const task = claudeTask("play", { agent: null, resume });
    const result = await startClaude(task, folders, settings, slot, () => {}).done;
    this.report.said[name] = await Deno.readTextFile(join(folders.work, "said")).catch(() => "") +
      (result.error ?? "");
    if (look) await this.lookAt(slot);
    return result;
  }

  /** Notes what is alive in a slot that a run has left. */
  async lookAt(slot: number): Promise<void> {
    await untilReady(this.isolation, slot, new AbortController().signal);
    this.report.left_alive.push(...alive(slot));
  }

  settings(changes: Partial<ClaudeSettings>, model = { url: "http://127.0.0.1:9" }) {
    return claudeSettings(model, { isolation: this.isolation, hide: [DATA], ...changes });
  }

  /** The same with the CLI itself, whose shell runs the play. */
  async runReal(
    slot: number,
    name: string,
    play: string,
    changes: Partial<ClaudeSettings>,
  ): Promise<void> {
    await using model = await startScriptedModel();
    const folders = this.folders(name);
    await Deno.mkdir(folders.work, { recursive: true });
    await Deno.writeTextFile(join(folders.work, "play"), play);
    const events: CliEvent[] = [];
    const task = claudeTask("[[bash:sh play 2> errors]]");
    const settings = await this.settings(changes, model);
    const run = startClaude(task, folders, settings, slot, (event) => events.push(event));
    const { status, error } = await run.done;
    const system = JSON.stringify(model.requests[0]?.body ?? "").includes(
      `Working directory: ${folders.work}`,
    );
    this.report.said[name] =
      `${status} ${error ?? ""} ${system ? "told where" : "not told where"}: ` +
      textOf(rowsOf(events), "tool_result");
    await this.lookAt(slot);
  }

  /** Notes a path that is there and should not be, or one that others may enter. */
  expectGone(path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })) this.report.found.push(`${path} is there`);
  }

  expectOurs({ root, home, work, config, tmp }: RunFolders): void {
    for (const path of [root, home, work, config, tmp]) {
      const { uid, mode } = lstatSync(path);
      if (uid !== 0 || (mode & 0o777) !== 0o700) {
        this.report.found.push(`${path} is ${uid}'s, ${(mode & 0o777).toString(8)}`);
      }
    }
  }
}

function alive(slot: number): number[] {
  return listProcesses().filter(({ uid }) => uid === slotUid(slot)).map(({ pid }) => pid);
}

const SHARED = ["/tmp", "/var/tmp", "/dev/shm", "/run/lock"];

/** Leaves what a run can leave: a process, files, folders that are closed, IPC. */
const LITTER = `
echo secret-of-first > notes
for place in ${SHARED.join(" ")}; do
  mkdir -p $place/left/closed
  echo secret-of-first > $place/left/closed/file
  chmod 000 $place/left/closed
done
ipcmk -M 100 -Q -S 1 > /dev/null
setsid sh -c 'while :; do
  cat ${RUNS}/second/work/notes >> /tmp/stolen; echo planted > ${RUNS}/second/work/planted; sleep 0.05
done' < /dev/null > /dev/null 2>&1 &
`;

/** Each line that it prints is something of the run before. */
const LOOK_AROUND = `
echo secret-of-second > notes
cat ${RUNS}/first/work/notes
ls -d ${SHARED.map((place) => `${place}/left`).join(" ")} /tmp/stolen
for status in /proc/[0-9]*/status; do
  grep -q "^Uid:.$(id -u)" $status && grep -q "^State:.[^Z]" $status || continue
  pid=$(sed -n "s/^Pid:.//p" $status)
  [ -z "$(tr '\\0' ' ' < /proc/$pid/cmdline | grep planted)" ] || echo "process $pid lives"
done
ipcs | grep -E "^0x" | sed 's/^/ipc /'
`;

const scenes: Record<string, (scene: Scene) => Promise<void>> = {
  async one_after_the_other(scene) {
    await scene.run(0, "first", LITTER, { look: false });
    scene.expectOurs(scene.folders("first"));
    await scene.run(0, "second", LOOK_AROUND);
    scene.expectGone(`${RUNS}/second/work/planted`);
  },

  /** A run that goes on, in another slot, finds all that it had, and can write it. */
  async going_on(scene) {
    await scene.run(0, "first", "echo mine > notes; mkdir -m 700 own; echo more > own/file");
    await scene.run(1, "first", "cat notes own/file; echo again > own/file; id -u", {
      resume: true,
    });
    scene.expectOurs(scene.folders("first"));
  },

  /** A path to the CLI is the second argument of the program. */
  async real_cli(scene) {
    const cli_bin = Deno.args[1];
    await scene.runReal(0, "first", `${LITTER}\nid -u`, { cli_bin });
    scene.expectOurs(scene.folders("first"));
    await scene.runReal(
      0,
      "second",
      `${LOOK_AROUND}
cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o '[W]orking directory'; id -u`,
      { cli_bin },
    );
    scene.expectGone(`${RUNS}/second/work/planted`);
  },

  /** What all runs read is changed by us alone, and the next run sees that. */
  async shared_assets(scene) {
    const claude_dir = "/srv/claude_dir";
    for (const folder of ["agents", "skills/hop"]) {
      await Deno.mkdir(`${claude_dir}/${folder}`, { recursive: true, mode: 0o700 });
    }
    await Deno.copyFile(join(AGENTS_DIR, "agents", "brain.md"), `${claude_dir}/agents/brain.md`);
    await Deno.writeTextFile(`${claude_dir}/skills/hop/SKILL.md`, "hop hop\n", { mode: 0o600 });
    const assets = new Assets(claude_dir, `${DATA}/assets`);
    const settings = { cli_bin: Deno.args[1], assets };
    const look = "cd $CLAUDE_CONFIG_DIR; head -1 skills/hop/SKILL.md; ls agents skills";
    const change =
      "cd $CLAUDE_CONFIG_DIR; echo bad >> skills/hop/SKILL.md; rm -f agents/brain.md; " +
      "echo bad > agents/bad.md; chmod u+w agents agents/*; ";
    await scene.runReal(0, "first", `${change}\n${look}`, settings);
    await Deno.writeTextFile(`${claude_dir}/agents/late.md`, "---\nname: late\n---\n");
    await scene.runReal(0, "second", look, settings);
  },

  async at_once(scene) {
    await Deno.mkdir(scene.folders("first").work, { recursive: true });
    const slow =
      "echo secret-of-first > notes; echo x > /tmp/mine; until [ -e go ]; do sleep 0.05; done";
    const first = scene.run(0, "first", slow);
    await fileAppears(`${RUNS}/first/work/notes`);
    await scene.run(
      1,
      "second",
      `
cat ${RUNS}/first/work/notes ${RUNS}/first/home/.appended-prompt; ls ${RUNS} ${RUNS}/first/work
cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep AGENT_RUN_ID | sort -u | wc -l | grep -v '^1$'
cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o '[W]orking directory'
echo planted > ${RUNS}/first/work/planted; rm /tmp/mine; kill -9 -- -1
`,
    );
    await Deno.writeTextFile(`${RUNS}/first/work/go`, "");
    await first;
    scene.expectGone(`${RUNS}/first/work/planted`);
  },

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
