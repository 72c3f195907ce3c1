/** A commit that was not pushed yet is kept, whatever becomes of this machine's repository. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { newId } from "@/db/ids.ts";
import { tasksOfEndedWork } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { BRANCH, sendScene, type Sent } from "@/tests/workers/send_change_scene.ts";
import { shell } from "@/tests/workers/workspace/scene.ts";
import { removeTree } from "@/workers/claude/folders.ts";
import { sweepWorkspaces } from "@/workers/workspace/sweep.ts";

const MONTHS_MS = 90 * 24 * 3600_000;

const inBare = (s: Sent, command: string) => shell("/", `git --git-dir='${s.bare}' ${command}`);
const refs = (s: Sent) => inBare(s, "for-each-ref --format='%(objectname)' refs/agent/");
const withoutWorktrees = (s: Sent) => removeTree(join(s.bare, "worktrees"));

/** Each a way in which the repository is made anew or changed by ourselves. */
const CHANGES: Record<string, (s: Sent) => Promise<unknown>> = {
  "it was rebuilt": (s) => shell(s.bare, "rm HEAD").then(() => s.open(newId())),
  "it was rebuilt, and refs were packed": (s) =>
    inBare(s, "pack-refs --all").then(() => shell(s.bare, "rm HEAD")).then(() => s.open(newId())),
  "git packed it anew": (s) => inBare(s, "gc --prune=now --quiet").then(() => s.open(newId())),
  "a branch stands in the place of a folder": async (s) => {
    await inBare(s, "pack-refs --all");
    await s.git("branch topic trunk");
    await s.open(newId(), { ref: "heads/topic" });
    await s.git("branch -D topic");
    await s.git("branch topic/one trunk");
    await s.open(newId(), { ref: "heads/topic/one" });
  },
  "nobody used it for months": (s) =>
    sweepWorkspaces(
      s.worker.data_dir,
      Date.now() + MONTHS_MS,
      undefined,
      (ids) => tasksOfEndedWork(s.db, ids),
    ),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`it is pushed although ${what}`, async () => {
    await using s = await sendScene();
    const commit = await s.execute("echo three > three.txt");
    await withoutWorktrees(s);
    await change(s);
    assert.equal(await refs(s), commit);
    const sent = await s.send();
    assert.equal(sent.status, "done", sent.last_error ?? "");
    assert.equal(await s.git(`rev-parse ${BRANCH}`), commit);
    assert.equal(await refs(s), "", "it need not be kept any more");
  });
}

Deno.test("one that is gone fails its executor in words, and a retry makes it again", async () => {
  await using s = await sendScene();
  await s.execute("echo three > three.txt");
  await removeTree(s.bare);
  const sent = await s.send();
  assert.equal(sent.status, "failed");
  assert.match(sent.last_error!, /is not on machine test-machine any more.*executor has to run/);
  assert.equal((await s.workflow()).failed_step, "executor");
  await s.db.sql.begin((tx) => advance(tx, s.workflow_id, { kind: "retry" }));
  await s.execute("echo three > three.txt");
  assert.equal((await s.send()).status, "done");
});

Deno.test("those of work that has ended are forgotten", async () => {
  await using s = await sendScene();
  const commit = await s.execute("echo three > three.txt");
  await withoutWorktrees(s);
  const sweep = (now = Date.now()) =>
    sweepWorkspaces(s.worker.data_dir, now, undefined, (ids) => tasksOfEndedWork(s.db, ids));
  await sweep();
  assert.equal(await refs(s), commit, "its work is open");
  await s.db.sql`
    update workflows set status = 'stopped', ended_at = now(), end_text = 'Given up by bea.'`;
  await sweep();
  assert.equal(await refs(s), "");
  await sweep(Date.now() + MONTHS_MS);
  await assert.rejects(Deno.lstat(s.bare), Deno.errors.NotFound);
});
