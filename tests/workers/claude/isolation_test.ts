import assert from "node:assert/strict";
import { linkSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { runFolders } from "@/workers/claude/folders.ts";
import {
  IsolationError,
  mayRunFull,
  ownRunFolders,
  slotUid,
  wrapCommand,
} from "@/workers/claude/isolation.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import {
  dataDir,
  LIMITS,
  marked,
  NAMESPACE,
  NONE,
  runInside,
  startStubborn,
  strongest,
  UID,
} from "@/tests/workers/claude/isolated_run.ts";

Deno.test("full is refused where nothing isolates, unless that was said in so many words", () => {
  const refused = mayRunFull(NONE, "auto", false);
  assert.equal(refused.allowed, false);
  assert.match(refused.reason, /AGENT_CONTAINED=true or AGENT_ISOLATION=none/);
  assert.equal(mayRunFull(NONE, "auto", true).allowed, true);
  assert.equal(mayRunFull(NONE, "none", false).allowed, true);
  assert.equal(mayRunFull(UID, "auto", false).allowed, true);
  assert.equal(mayRunFull(NAMESPACE, "auto", false).allowed, true);
});

Deno.test("without isolation the command is the CLI's own", () => {
  const folders = runFolders("/data/runs/one");
  const sandbox = { slot: 0, limits: LIMITS, folders, hide: ["/data"], cli_bin: "/clone/claude" };
  const wrapped = wrapCommand(NONE, sandbox, (inside, cli_bin) => [cli_bin, "-p", inside.work]);
  const args = ["-p", "/data/runs/one/work"];
  assert.deepEqual(wrapped, {
    command: "/clone/claude",
    args,
    inside: folders,
    cli_bin: "/clone/claude",
  });
});

Deno.test("every run finds its folders and the CLI at the same paths, wherever they really are", () => {
  const wrap = (root: string, cli_bin: string) =>
    wrapCommand(NAMESPACE, {
      slot: 0,
      limits: LIMITS,
      folders: runFolders(root),
      hide: [],
      cli_bin,
    }, () => ["x"]);
  assert.deepEqual(
    wrap("/root/data/runs/one", "/root/clone/bin/claude").inside,
    runFolders("/mnt/agent"),
  );
  assert.equal(wrap("/a/runs/two", "/root/clone/bin/claude").cli_bin, "/mnt/agent/cli/claude");
  assert.equal(wrap("/a/runs/two", "/usr/local/bin/claude").cli_bin, "/usr/local/bin/claude");
  assert.equal(wrap("/mnt/disk/runs/one", "/root/claude").inside.root, "/srv/agent");
});

Deno.test("no path becomes part of the script", () => {
  const odd = `/data/$(touch x) '"; echo #\\`;
  const folders = runFolders(`${odd}/runs/one`);
  const sandbox = { slot: 0, limits: LIMITS, folders, hide: [odd], cli_bin: `${odd}/claude` };
  const { args } = wrapCommand(UID, sandbox, () => ["true"]);
  const script = args[args.indexOf("-c") + 1];
  assert.ok(!script.includes("touch x"));
  assert.equal(
    script,
    wrapCommand(UID, { ...sandbox, hide: [], folders: runFolders("/d") }, () => []).args[
      args.indexOf("-c") + 1
    ],
  );
});

Deno.test("inside: own folder, private /tmp, stdin, stdout and exit code as without", async () => {
  const isolation = await strongest();
  await using data = await dataDir(`it's $HOME #1 \\ and \t more`);
  const { code, said, wrapped } = await runInside(
    isolation,
    data,
    `pwd; cat; echo here > /tmp/agent-left; echo done > done; exit 7`,
  );
  assert.equal(code, 7);
  assert.deepEqual(said, [wrapped.inside.work, "through stdin"]);
  assert.equal(await Deno.readTextFile(join(data.folders.work, "done")), "done\n");
  if (!isolation.mount_namespace) return await Deno.remove("/tmp/agent-left");
  assert.equal(await Deno.readTextFile(join(data.folders.tmp, "agent-left")), "here\n");
});

Deno.test("a CLI under a closed, hidden folder runs, and cannot be changed from inside", async () => {
  const isolation = await strongest();
  if (!isolation.mount_namespace) return;
  await using data = await dataDir();
  const closed = join(data.path, "clone");
  await Deno.mkdir(closed, { mode: 0o700 });
  await Deno.copyFile("/bin/sh", join(closed, "claude"));
  await Deno.chmod(closed, 0o755);
  ownRunFolders(isolation, 5, data.folders);
  const cli_bin = join(closed, "claude");
  const sandbox = {
    slot: 5,
    limits: LIMITS,
    folders: data.folders,
    hide: [closed, data.path],
    cli_bin,
  };
  const attempt = `echo runs; echo x > "$0" && echo changed; ls "$1" | wc -l`;
  const wrapped = wrapCommand(isolation, sandbox, (_, cli) => [cli, "-c", attempt, cli, closed]);
  const { stdout } = await new Deno.Command(wrapped.command, { args: wrapped.args, stderr: "null" })
    .output();
  assert.equal(new TextDecoder().decode(stdout), "runs\n0\n");
});

Deno.test("every process of the chain carries the mark, and a stop takes a setsid grandchild along", async () => {
  const isolation = await strongest();
  await using data = await dataDir();
  ownRunFolders(isolation, 6, data.folders);
  const run_id = crypto.randomUUID();
  const { child, chain, reader } = await startStubborn(isolation, data, run_id);
  assert.ok(chain.length >= (isolation.pid_namespace ? 4 : 3));
  await killTree(run_id, child.pid);
  await child.status;
  assert.deepEqual(marked(run_id), []);
  await reader.cancel();
});

Deno.test("with a PID namespace, SIGKILL for the outer process alone ends all of it", async () => {
  const isolation = await strongest();
  if (!isolation.pid_namespace) return;
  await using data = await dataDir();
  ownRunFolders(isolation, 7, data.folders);
  const run_id = crypto.randomUUID();
  const { child, chain, reader } = await startStubborn(isolation, data, run_id);
  let run_rescued = false;
  assert.ok(chain.length >= 4);
  child.kill("SIGKILL");
  await child.status;
  const rescue = setTimeout(() => {
    run_rescued = true;
    killTree(run_id, null);
  }, 10_000);
  assert.equal((await reader.read()).done, true);
  clearTimeout(rescue);
  assert.ok(!run_rescued, "somebody still held stdout");
});

Deno.test("a stop ends processes that each fork and exit at once, without holding the worker up", async () => {
  const isolation = await strongest();
  if (!isolation.pid_namespace) return;
  await using data = await dataDir();
  ownRunFolders(isolation, 6, data.folders);
  const run_id = crypto.randomUUID();
  const comet = `setsid perl -e '$| = 1; print "up"; while (1) { exit if fork }' & sleep 1000`;
  const { child, reader } = await startStubborn(isolation, data, run_id, comet);
  await killTree(run_id, child.pid);
  await child.status;
  assert.equal((await reader.read()).done, true);
});

Deno.test("a run's folders go to its slot, and to the next slot that resumes it", async () => {
  if (Deno.uid() !== 0) return await ownedByOrdinaryUser();
  await using data = await dataDir();
  const { folders, path } = data;
  const owner = (file: string) => lstatSync(file).uid;
  await Deno.writeTextFile(join(path, "precious"), "ours");
  await Deno.writeTextFile(join(folders.config, "ours.md"), "x");
  await Deno.symlink(join(path, "precious"), join(folders.work, "link"));
  linkSync(join(path, "precious"), join(folders.work, "second-name"));
  await Deno.mkdir(join(folders.work, "checkout"));
  await Deno.writeTextFile(join(folders.work, "checkout", "file"), "x");
  await Deno.chmod(join(folders.work, "checkout"), 0o555);
  ownRunFolders(UID, 3, folders);
  ownRunFolders(UID, 4, folders);
  assert.equal(owner(join(folders.config, "ours.md")), slotUid(4));
  assert.equal(owner(join(folders.work, "link")), slotUid(4));
  assert.equal(
    owner(join(path, "precious")),
    0,
    "neither a symlink nor a second name leads outside",
  );
  assert.equal(owner(join(folders.work, "checkout", "file")), 0, "what is read-only stays ours");
  for (const folder of [folders.home, folders.work, folders.config, folders.tmp]) {
    assert.equal(lstatSync(folder).mode & 0o777, 0o700);
    assert.equal(owner(folder), slotUid(4));
  }
});

async function ownedByOrdinaryUser() {
  await using data = await dataDir();
  await Deno.chmod(data.folders.home, 0o755);
  ownRunFolders(NAMESPACE, 0, data.folders);
  assert.equal(lstatSync(data.folders.home).mode & 0o777, 0o700);
}

Deno.test("uid without namespaces: a DATA_DIR that the slot cannot reach is named, with what to do", async () => {
  if (Deno.uid() !== 0) return;
  const outer = await Deno.makeTempDir();
  const folders = runFolders(join(outer, "data", "runs", "one"));
  for (const folder of Object.values(folders)) await Deno.mkdir(folder, { recursive: true });
  assert.throws(
    () => ownRunFolders({ ...UID, mount_namespace: false }, 0, folders),
    (error) => error instanceof IsolationError && /DATA_DIR/.test(error.message),
  );
  await Deno.remove(outer, { recursive: true });
});

Deno.test("a slot beyond the last uid is an error, not somebody else's uid", () => {
  assert.equal(slotUid(0), 64001);
  assert.throws(() => slotUid(1000), RangeError);
  assert.throws(() => slotUid(-1), RangeError);
});
