import assert from "node:assert/strict";
import { join } from "node:path";
import { EmbeddedError, startEmbedded } from "@/db/embedded.ts";
import { explain } from "@/db/embedded/error.ts";
import { findRunAs, WAYS } from "@/db/embedded/run_as.ts";
import { AS_ROOT, FAST } from "@/tests/db/embedded_scene.ts";

Deno.test("a folder that cannot be used is named, with the setting to change", async () => {
  const file = await Deno.makeTempFile();
  await assert.rejects(
    startEmbedded(join(file, "data")),
    (error) => error instanceof EmbeddedError && /^DATA_DIR \(.*cannot be used/.test(error.message),
  );
  await Deno.remove(file);
});

Deno.test("a pgdata full of other files is left alone", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(join(dir, "pgdata"));
  await Deno.writeTextFile(join(dir, "pgdata", "thesis.txt"), "mine");
  await assert.rejects(startEmbedded(dir, FAST), /holds files, but no database/);
  assert.equal(await Deno.readTextFile(join(dir, "pgdata", "thesis.txt")), "mine");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("known causes come with the thing to do", () => {
  const full = explain("It failed", "PANIC: could not write: No space left on device");
  assert.match(full.message, /disk is full.*DATA_DIR.*It said:\n {2}PANIC/s);
  assert.equal(explain("It failed", "").message, "It failed.");
});

Deno.test("root without any way of not being root is told so", { ignore: !AS_ROOT }, async () => {
  await assert.rejects(
    findRunAs(
      { data_dir: "/", program: "/bin/true", material: "/dev/null" },
      [["no-such-command"], ["false"]].map((prefix) => ({ ...WAYS[0], prefix })),
    ),
    /DATABASE_URL/,
  );
});
