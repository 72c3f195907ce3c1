/** A checkout that waits for the next task of a repository. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { names, repositoryScene, shell } from "@/tests/workers/workspace/scene.ts";
import { readContents } from "@/workers/workspace/contents.ts";
import { placesBeside } from "@/workers/workspace/places.ts";
import { Spares } from "@/workers/workspace/spares.ts";
import { runOf, type Workspace } from "@/workers/workspace.ts";

const TREE = `
  mkdir a b && echo one > a/one.txt && echo two > b/two.txt && echo three > b/three.txt
  echo tool > tool.sh && chmod +x tool.sh && git add -A && git commit -q -m first`;

/** Each a push between two tasks, after which the files have to be told again. */
const PUSHES: Record<string, string> = {
  "nothing but a commit": "git commit -q --allow-empty -m same",
  "files that are new, longer, moved and gone":
    "echo new > new.txt; echo longer >> a/one.txt; git mv b/two.txt a/two.txt; git rm -q b/three.txt; git add -A; git commit -q -m more",
  "a mode and a link":
    "chmod -x tool.sh; rm a/one.txt; ln -s ../tool.sh a/one.txt; git add -A; git commit -q -m mode",
  "a submodule":
    "git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,sub; git commit -q -m sub",
  "attributes":
    "echo '*.bin filter=lfs' > .gitattributes; echo pointer > x.bin; git add -A; git commit -q -m lfs",
  "a folder where a file was":
    "git rm -q tool.sh; mkdir tool.sh; echo in > tool.sh/in; git add -A; git commit -q -m folder",
};

async function spareScene() {
  const here = await repositoryScene(TREE);
  const spares = new Spares(1);
  const { url } = here.request();
  return {
    ...here,
    spares,
    /** Opens one and waits until the next one is ready, as it would be by the time it is wanted. */
    async openAndWait(task: number): Promise<Workspace> {
      const workspace = await here.openOf(task);
      spares.prepare(workspace, url);
      await spares.settled();
      return workspace;
    },
    /** As a reading of the whole commit has them. */
    contentsOf: ({ bare, head }: Workspace) =>
      readContents({ ...runOf({ ...here.request(), timeout_seconds: 60 }), dest: bare }, head),
    async [Symbol.asyncDispose]() {
      await spares.stop();
      await here[Symbol.asyncDispose]();
    },
  };
}

for (const [what, push] of Object.entries(PUSHES)) {
  Deno.test(`a checkout that waited is brought to ${what}, and tells what it holds`, async () => {
    await using here = await spareScene();
    const first = await here.openAndWait(1);
    const waiting = placesBeside(first.bare).spare;
    const { ino } = await Deno.lstat(waiting);
    await here.push(push);
    const second = await here.openOf(2);
    assert.equal((await Deno.lstat(second.files)).ino, ino, "it is the one that waited");
    assert.notEqual(second.head, first.head);
    assert.deepEqual(second.contents, await here.contentsOf(second));
    const differing = await shell(
      here.folder,
      `git --git-dir='${second.git_dir}' --work-tree='${second.files}' -c safe.directory='*' -c core.fileMode=true -c core.symlinks=false status --porcelain --ignore-submodules`,
    );
    assert.equal(differing, "");
  });
}

Deno.test("one that waits is taken once; the next task gets files of its own", async () => {
  await using here = await spareScene();
  await here.openAndWait(1);
  const [second, third] = await Promise.all([here.openOf(2), here.openOf(3)]);
  assert.notEqual((await Deno.lstat(second.files)).ino, (await Deno.lstat(third.files)).ino);
  assert.deepEqual(await names(second.files), await names(third.files));
  assert.deepEqual(second.contents, third.contents);
  const text = (workspace: Workspace) => Deno.readTextFile(join(workspace.files, "a", "one.txt"));
  assert.deepEqual([await text(second), await text(third)], ["one\n", "one\n"]);
});
