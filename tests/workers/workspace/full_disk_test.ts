/** A disk that is full is said in words, and once there is room the same works. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { openWorkspace } from "@/workers/workspace.ts";
import { run, scene } from "@/tests/workers/workspace/change_scene.ts";
import { PLAIN, repositoryScene } from "@/tests/workers/workspace/scene.ts";

/** Only root may make a small disk. */
const ignore = Deno.uid() !== 0 || !await isMade();

async function isMade(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  return await smallDisk(folder, "1m").then(async (disk) => {
    await disk.unmount();
    return true;
  }, () => false);
}

async function smallDisk(folder: string, size: string) {
  await Deno.mkdir(folder, { recursive: true });
  await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  return {
    grow: () => run("mount", ["-o", "remount,size=64m", folder]),
    unmount: () => run("umount", ["-l", folder]),
  };
}

async function saysFull(doing: Promise<unknown>) {
  await assert.rejects(doing, (error) => {
    assert.ok(error instanceof RepositoryError, String(error));
    assert.match(error.message, /^The disk of this machine is full: make room below DATA_DIR/);
    return true;
  });
}

const BIG = {
  "a history that is too large": "head -c 3000000 /dev/urandom > noise",
  "files that are too large": "yes | head -c 3000000 > yes",
};

for (const [name, script] of Object.entries(BIG)) {
  Deno.test({ name: `full: ${name}`, ignore }, async () => {
    await using here = await repositoryScene(`${script}\n${PLAIN}`);
    const disk = await smallDisk(here.data_dir, "2m");
    try {
      const request = here.request({ dest: join(here.data_dir, "runs", "repository") });
      await Deno.mkdir(join(here.data_dir, "runs"));
      await saysFull(openWorkspace(request));
      await assert.rejects(Deno.lstat(request.dest), Deno.errors.NotFound);
      await disk.grow();
      assert.equal((await openWorkspace(request)).ref, "trunk");
    } finally {
      await disk.unmount();
    }
  });
}

Deno.test({ name: "full: a commit that finds no room", ignore }, async () => {
  await using s = await scene();
  const objects = join(s.bare, "objects");
  await Deno.rename(objects, `${objects}.before`);
  const disk = await smallDisk(objects, "64k");
  try {
    await Deno.mkdir(join(objects, "info"));
    await Deno.writeTextFile(join(objects, "info", "alternates"), `${objects}.before\n`);
    await s.sh("head -c 1000000 /dev/urandom > src/noise");
    await saysFull(s.commit());
    await disk.grow();
    assert.deepEqual((await s.commit())!.files.map(({ path }) => path), ["src/noise"]);
  } finally {
    await disk.unmount();
  }
});
