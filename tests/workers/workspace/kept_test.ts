/** What is kept of a repository between tasks: one bare repository, mended by itself. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { closeWorkspace, openWorkspace, type Workspace } from "@/workers/workspace.ts";
import {
  inWorktree,
  names,
  PLAIN,
  refused,
  repositoryScene,
  shell,
} from "@/tests/workers/workspace/scene.ts";

const text = (ws: Workspace, name: string) => Deno.readTextFile(join(ws.files, name));

Deno.test("a second task takes what is there, and fetches only what is new", async () => {
  await using here = await repositoryScene();
  const first = await here.openOf(1);
  const asked = () => here.server.seen.length;
  const before = asked();
  const second = await here.openOf(2);
  assert.equal(second.bare, first.bare);
  const looking = asked() - before;
  assert.equal(looking, 2, "the host's refs are read, and nothing is fetched");
  await here.push("echo two > file.txt && git commit -qam second");
  const third = await here.openOf(3);
  assert.ok(asked() - before > 2 * looking);
  assert.equal(await text(third, "file.txt"), "two\n");
  assert.equal(await text(second, "file.txt"), "one\n", "a task keeps the commit it began with");
  assert.deepEqual([second.base_branch, second.base_commit], ["trunk", second.head]);
});

Deno.test("a change is compared with where it left its base, or the default branch", async () => {
  await using here = await repositoryScene(`${PLAIN}
    git branch release && echo four > file.txt && git commit -q -am ahead`);
  const pull = await here.openOf(1, { ref: "pull/7/head" });
  const base = await shell(here.folder, "git -C mine.git rev-parse trunk~1");
  assert.deepEqual([pull.base_branch, pull.base_commit], ["trunk", base]);
  const release = await here.openOf(2, { ref: "pull/7/head", base: "release" });
  assert.deepEqual([release.base_branch, release.base_commit], ["release", base]);
  const gone = await here.openOf(3, { ref: "pull/7/head", base: "disappeared" });
  assert.equal(gone.base_branch, "trunk");
});

Deno.test("our own branch is gone on with where it exists; a commit is taken exactly", async () => {
  await using here = await repositoryScene();
  const branch = "agent/1-fix";
  const without = await here.openOf(1, { branch });
  assert.equal(without.ref, "trunk");
  await shell(here.folder, `git -C mine.git branch ${branch} refs/pull/7/head`);
  const with_it = await here.openOf(2, { branch });
  assert.equal(with_it.ref, branch);
  assert.equal(await text(with_it, "file.txt"), "three\n");
  const exactly = await here.openOf(3, { branch, commit: without.head });
  assert.equal(await text(exactly, "file.txt"), "one\n");
  await refused(here.request({ commit: "1".repeat(40) }), /what was asked for|not our ref/);
});

Deno.test("twenty-four tasks at once each get files of their own", async () => {
  await using here = await repositoryScene();
  const numbers = [...Array(24).keys()].map((n) => n + 1);
  const all = await Promise.all(numbers.map((n) => here.openOf(n)));
  assert.equal(new Set(all.map(({ git_dir }) => git_dir)).size, 24);
  for (const ws of all) assert.equal(await inWorktree(ws, "status --porcelain"), "");
  const listed = await shell(all[0].bare, "git worktree list --porcelain | grep -c '^locked'");
  assert.equal(listed, "24");
});

/** Each a way in which what is kept breaks, in the bare repository. */
const DAMAGES: Record<string, string> = {
  "no HEAD": "rm HEAD",
  "a half-written HEAD": ": > HEAD",
  "no settings": "rm config",
  "broken settings": "printf '[core' > config",
  "a pack of noise":
    'chmod -R u+w objects; for f in objects/pack/*.pack; do head -c 500 /dev/urandom > "$f"; done',
  "a pack that was cut": 'chmod -R u+w objects; for f in objects/pack/*; do : > "$f"; done',
  "no objects": "rm -rf objects/*",
  "loose objects of nothing":
    "chmod -R u+w objects; find objects -type f -exec sh -c ': > $0' {} \\;",
  "a ref of noise": "printf noise > refs/remotes/origin/trunk",
  "a ref to nowhere": "printf '%040d\\n' 1 > refs/remotes/origin/trunk",
  "locks of a killed git": "touch config.lock packed-refs.lock HEAD.lock " +
    "refs/remotes/origin/trunk.lock shallow.lock",
  "nothing at all": "rm -rf ./*",
};

Deno.test("what is broken is made anew by itself", async (t) => {
  for (const [name, script] of Object.entries(DAMAGES)) {
    await t.step(name, async () => {
      await using here = await repositoryScene();
      const other = await here.openOf(1);
      await shell(other.bare, script);
      await here.push("echo two > file.txt && git commit -qam second");
      const ws = await here.openOf(2);
      assert.equal(await text(ws, "file.txt"), "two\n");
      assert.equal(await inWorktree(ws, "status --porcelain"), "");
      assert.match(await shell(ws.bare, "git fsck --connectivity-only 2>&1; echo done"), /done$/);
      assert.deepEqual((await names(join(here.data_dir, "repositories"))).length, 2);
    });
  }
});

Deno.test("a rebuilt repository keeps the worktrees of others, and what they alone had", async () => {
  await using here = await repositoryScene();
  const other = await here.openOf(1, { writable: true });
  await Deno.writeTextFile(join(other.files, "file.txt"), "mine\n");
  await inWorktree(other, "-c user.name=a -c user.email=a@example.com commit -qam ours");
  const ours = await inWorktree(other, "rev-parse HEAD");
  await shell(other.bare, "rm HEAD");
  await here.openOf(2);
  assert.equal(await inWorktree(other, "rev-parse HEAD"), ours);
  await shell(other.bare, "git cat-file -e " + ours).catch(() => {});
  assert.equal(await inWorktree(other, "status --porcelain"), "");
});

Deno.test("what a crash left is replaced, and closing is done once or twice", async () => {
  await using here = await repositoryScene();
  const first = await here.openOf(1);
  await Deno.writeTextFile(join(first.git_dir, "index.lock"), "");
  await shell(here.folder, `chmod -R u+w '${first.files}' && echo left > '${first.files}/left'`);
  const again = await here.openOf(1);
  assert.equal(again.git_dir, first.git_dir);
  assert.deepEqual(await names(again.files), ["file.txt"]);
  await closeWorkspace(here.data_dir, here.request().task_id);
  await closeWorkspace(here.data_dir, here.request().task_id);
  await assert.rejects(Deno.lstat(again.git_dir), Deno.errors.NotFound);
  await assert.rejects(Deno.lstat(again.files), Deno.errors.NotFound);
});

Deno.test("names that are no names are refused before git sees them", async (t) => {
  await using here = await repositoryScene();
  for (
    const ref of ["--upload-pack=id", "refs/heads/../x", "heads/-x", "heads/a b", "heads/x.lock"]
  ) {
    await t.step(ref, () => refused(here.request({ ref }), /is not a name that git takes/));
  }
  await assert.rejects(openWorkspace(here.request({ task_id: "../../x" })), /no id of a task/);
});

Deno.test("a branch in the place of a folder of branches is fetched", async () => {
  await using here = await repositoryScene();
  const branch = (name: string) => shell(here.folder, `git -C mine.git branch ${name} trunk`);
  await branch("topic");
  await here.openOf(1, { ref: "refs/heads/topic" });
  await shell(here.folder, "git -C mine.git branch -D topic");
  await branch("topic/one");
  assert.equal((await here.openOf(2, { ref: "refs/heads/topic/one" })).ref, "topic/one");
});

Deno.test("an empty repository and a branch that is gone are said in words", async () => {
  await using here = await repositoryScene();
  await shell(here.folder, "git init -q --bare empty.git");
  await refused(here.request({ url: `${here.server.url}/empty.git` }), /is empty/);
  await refused(here.request({ ref: "refs/heads/gone" }), /does not have what was asked for/);
});
