import assert from "node:assert/strict";
import { killTree, sweepRuns } from "@/workers/claude/process_tree.ts";
import { membersOf } from "@/workers/claude/process_tree/members.ts";
import { parsePs, parseStatus, type Process } from "@/workers/claude/process_tree/processes.ts";

interface Family {
  run_id: string;
  outer: Deno.ChildProcess;
  pids: number[];
  reader: ReadableStreamDefaultReader<string>;
}

/** Starts a shell under a run's mark and waits for the pids of its descendants, one in a line. */
async function family(script: string, members: number, run_id: string = crypto.randomUUID()) {
  const outer = new Deno.Command("sh", {
    args: ["-c", script],
    env: { AGENT_RUN_ID: run_id },
    detached: true,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = outer.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (said.split("\n").length <= members) said += (await reader.read()).value ?? "";
  const pids = said.trim().split("\n").map(Number);
  return { run_id, outer, pids, reader } satisfies Family;
}

function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

async function bury({ outer, reader }: Family) {
  await reader.cancel();
  await outer.status;
}

Deno.test("a whole run dies: children, setsid grandchildren, and those that scrub their environment", async () => {
  const kin = await family(
    `sleep 1000 & echo $!
     setsid sh -c 'echo $$; exec sleep 1000' &
     env -i sh -c 'echo $$; /bin/sleep 1000 & echo $!; wait' &
     env -i setsid sh -c 'echo $$; exec sleep 1000' &
     wait`,
    5,
  );
  assert.ok(kin.pids.every(alive), "the family lives before");
  await killTree(kin.run_id, kin.outer.pid);
  assert.deepEqual(kin.pids.filter(alive), []);
  assert.equal((await kin.outer.status).signal, "SIGKILL");
  await bury(kin);
});

Deno.test("an orphan is found by its mark, and by the session of the process that we spawned", async () => {
  const kin = await family(
    `(setsid sh -c 'echo $$; exec sleep 1000' &)
     (env -i sh -c 'echo $$; exec sleep 1000' &)`,
    2,
  );
  await kin.outer.status;
  assert.ok(kin.pids.every(alive), "both outlive their parent");
  await killTree(kin.run_id, kin.outer.pid);
  assert.deepEqual(kin.pids.filter(alive), []);
  await bury(kin);
});

Deno.test("another run, and processes without a mark, are left alone", async () => {
  const [mine, other] = await Promise.all([
    family("sleep 1000 & echo $!; wait", 1),
    family("sleep 1000 & echo $!; wait", 1),
  ]);
  await using stranger = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  await killTree(mine.run_id, null);
  assert.deepEqual(mine.pids.filter(alive), []);
  assert.ok(other.pids.every(alive) && alive(other.outer.pid) && alive(stranger.pid));
  await killTree(other.run_id, other.outer.pid);
  await Promise.all([mine, other].map(bury));
});

Deno.test("a fork storm is gone when killTree resolves", async () => {
  const kin = await family(
    `storm() { while :; do (sleep 0.01; env -i setsid sleep 0.05) & sleep 0.005; done; }
     storm & echo $!; storm & echo $!; wait`,
    2,
  );
  await killTree(kin.run_id, kin.outer.pid);
  assert.deepEqual(kin.pids.filter(alive), []);
  await bury(kin);
  assert.deepEqual(await sweepRuns((id) => id === kin.run_id), []);
});

Deno.test("a worker that starts sweeps what earlier ones left, and only what is ours", async () => {
  const prefix = crypto.randomUUID();
  const left = await family("setsid sleep 1000 & echo $!; wait", 1, `${prefix}-left`);
  const foreign = await family("sleep 1000 & echo $!; wait", 1, `${prefix}-foreign`);
  const swept = await sweepRuns((run_id) => run_id === left.run_id);
  assert.deepEqual(swept, [left.run_id]);
  assert.deepEqual([...left.pids, left.outer.pid].filter(alive), []);
  assert.ok(foreign.pids.every(alive), "a run that is not ours goes on");
  await killTree(foreign.run_id, foreign.outer.pid);
  await Promise.all([left, foreign].map(bury));
});

Deno.test("nothing to kill is not an error", async () => {
  await using child = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  await killTree(crypto.randomUUID(), null);
  await killTree(crypto.randomUUID(), Deno.pid);
  assert.ok(alive(child.pid), "our other children are no part of it");
});

Deno.test("we are never part of a tree, nor what we run under, even when marked", () => {
  const parts = { group: 0, session: 0, uid: 0, memory_kb: 0, nested: false, closed: false };
  const processes: Process[] = [
    { ...parts, pid: 10, parent: 1, run_id: "outer" },
    { ...parts, pid: 20, parent: 10, run_id: "outer" },
    { ...parts, pid: 30, parent: 20, run_id: "outer" },
    { ...parts, pid: 31, parent: 20, run_id: null },
  ];
  const tree = { marked: () => true, pid: 10, known: new Set<number>() };
  assert.deepEqual(membersOf(tree, processes, 20).map(({ pid }) => pid), [30]);
});

Deno.test("a slot's uid gives its processes away where there is no PID namespace", () => {
  const parts = { parent: 1, group: 0, session: 0, memory_kb: 0, run_id: null, closed: false };
  const processes: Process[] = [
    { ...parts, pid: 10, uid: 64003, nested: false, run_id: "r" },
    { ...parts, pid: 11, uid: 64003, nested: false },
    { ...parts, pid: 12, uid: 64003, nested: true },
    { ...parts, pid: 13, uid: 64004, nested: false },
  ];
  const tree = { marked: (run_id: string) => run_id === "r", pid: null, known: new Set<number>() };
  assert.deepEqual(membersOf(tree, processes, 99).map(({ pid }) => pid), [10, 11]);
});

Deno.test("status and ps lines are read as they are printed", () => {
  const status =
    "Name:\tsleep\nState:\tS (sleeping)\nPPid:\t7\nUid:\t64001\t64001\t64001\t64001\n" +
    "NSpid:\t9\t2\nNSpgid:\t8\t0\nNSsid:\t5\t0\n" +
    "RssAnon:\t     120 kB\nRssFile:\t    1904 kB\nRssShmem:\t       8 kB\n";
  const expected = {
    pid: 9,
    parent: 7,
    group: 8,
    session: 5,
    uid: 64001,
    nested: true,
    closed: false,
  };
  assert.deepEqual(parseStatus(9, status), { ...expected, memory_kb: 128, run_id: null });
  assert.equal(parseStatus(9, "Name:\tsleep\nState:\tZ (zombie)\nPPid:\t7\n"), null);
  const line =
    "  501     1   501   502 Ss   /usr/bin/sleep 1000 HOME=/x AGENT_RUN_ID=r-1 TERM=xterm";
  const ps = {
    pid: 501,
    parent: 1,
    group: 501,
    session: 0,
    uid: 502,
    memory_kb: 0,
    nested: false,
    closed: false,
  };
  assert.deepEqual(parsePs(line), { ...ps, run_id: "r-1" });
  assert.equal(parsePs("  501     1   501   502 Z    (sleep)"), null);
});
