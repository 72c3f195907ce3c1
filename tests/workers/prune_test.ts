/** Old run folders go, whatever a run made of them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { canContain, runInContainer } from "@/tests/helpers/container.ts";
import { pruneRunFolders } from "@/workers/prune.ts";

const SCENE = new URL("prune_scene.ts", import.meta.url);
const DAY_MS = 24 * 3600_000;

// without capabilities root may do no more with files than anybody else
for (const [who, caps] of Object.entries({ "an ordinary user": [], root: undefined })) {
  Deno.test({
    name: `old folders go, also closed ones, when the worker is ${who}`,
    ignore: !await canContain(),
    async fn() {
      const { stdout, stderr } = await runInContainer(SCENE, [], { caps });
      assert.ok(stdout, stderr);
      assert.deepEqual(JSON.parse(stdout), {
        removed: ["closed", "plain"],
        left: ["used"],
        prepared: ["agents"],
      });
    },
  });
}

Deno.test({
  name: "a folder that cannot be removed keeps no other",
  ignore: !await canContain(),
  async fn() {
    const runs = await Deno.makeTempDir({ prefix: "agent-prune-" });
    for (const name of ["first", "held", "last"]) await Deno.mkdir(join(runs, name));
    const mount = async (...args: string[]) => {
      const { success } = await new Deno.Command(args[0], { args: args.slice(1) }).output();
      assert.ok(success);
    };
    const held = join(runs, "held");
    await mount("mount", "-t", "tmpfs", "none", held);
    try {
      const removed = await pruneRunFolders(runs, [], Date.now() + 2 * DAY_MS);
      assert.deepEqual(removed.toSorted(), ["first", "last"]);
    } finally {
      await mount("umount", held);
      await Deno.remove(runs, { recursive: true });
    }
  },
});
