/** A base that moved comes into the branch by a merge commit, or is said to conflict. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { mergeBase } from "@/workers/workspace/merge_base.ts";
import { COMMIT, run, type Scene, scene } from "@/tests/workers/workspace/change_scene.ts";

/** A commit on the base branch at the host, which is then fetched. */
async function moveBase(s: Scene, change: string): Promise<string> {
  const clone = join(s.folder, "clone");
  await run("git", ["clone", "-q", join(s.folder, "mine.git"), clone]);
  await run("sh", ["-ec", `${change}; git add -A; git commit -qm theirs; git push -q`], clone);
  await s.fetch();
  return (await s.git("rev-parse", "origin/trunk")).trim();
}

Deno.test("without conflicts a merge commit has both sides, and is found again", async () => {
  await using s = await scene();
  await s.sh("echo three > two.txt");
  const { commit } = (await s.commit())!;
  const options = { ...COMMIT, task_id: "merge", message: "Merge trunk", commit };
  assert.deepEqual(
    await mergeBase(s.ws, { ...options, base_commit: s.ws.head }),
    { kind: "up_to_date" },
  );
  const base_commit = await moveBase(
    s,
    "echo zero > src/one.txt; echo '* merge=x' > .gitattributes",
  );
  const merge = await mergeBase(s.ws, { ...options, base_commit });
  assert.ok(merge.kind === "merged");
  const parents = (await s.git("log", "-1", "--format=%P %s", merge.commit)).trim();
  assert.equal(parents, `${commit} ${base_commit} Merge trunk`);
  assert.equal(await s.git("show", `${merge.commit}:two.txt`), "three\n");
  assert.equal(await s.git("show", `${merge.commit}:src/one.txt`), "zero\n");
  assert.deepEqual(await mergeBase(s.ws, { ...options, base_commit }), merge);
});

Deno.test("conflicts are named, and nothing is made", async () => {
  await using s = await scene();
  await s.sh("echo three > two.txt && rm src/one.txt");
  const { commit } = (await s.commit())!;
  const base_commit = await moveBase(s, "echo four > two.txt; echo 2 > src/one.txt; echo x > free");
  const merge = await mergeBase(s.ws, { ...COMMIT, task_id: "merge", commit, base_commit });
  assert.deepEqual(merge, { kind: "conflicts", files: ["src/one.txt", "two.txt"] });
  assert.equal(await s.git("for-each-ref", "refs/agent/merge"), "");
  await assert.rejects(
    mergeBase(s.ws, { ...COMMIT, commit, base_commit: "1".repeat(40) }),
    /The base could not be merged/,
  );
});
