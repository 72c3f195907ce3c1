import { tmpdir } from "node:os";
import { join } from "node:path";
import { endLeftovers } from "@/tests/run/leftovers.ts";
import { mountMemory, unmount } from "@/tests/run/memory_folder.ts";

const PREFIX = "agent-test-";

export interface RunFolder {
  path: string;
  remove(): Promise<void>;
}

/** A fresh folder with `tmp/` in it, in memory where that is possible, locked while this process lives. */
export async function makeRunFolder(): Promise<RunFolder> {
  const path = await Deno.makeTempDir({ prefix: PREFIX });
  const is_mounted = await mountMemory(path);
  await Deno.mkdir(join(path, "tmp"));
  await Deno.chmod(path, 0o711); // a CLI under a uid of its own must reach its folder in there
  await Deno.chmod(join(path, "tmp"), 0o711);
  await Deno.writeTextFile(join(path, "env"), "");
  const lock = await Deno.open(join(path, "lock"), { create: true, write: true });
  await lock.lock(true);
  return {
    path,
    async remove() {
      if (is_mounted) await unmount(path);
      await Deno.remove(path, { recursive: true });
      lock.close(); // before, another run could take the folder for abandoned and remove it first
    },
  };
}

/** Takes down what a run that was killed could not: its processes and its folder. */
export async function clearOldRuns(own: RunFolder): Promise<void> {
  for await (const entry of Deno.readDir(tmpdir())) {
    const path = join(tmpdir(), entry.name);
    if (!entry.name.startsWith(PREFIX) || path === own.path || !await isAbandoned(path)) continue;
    await endLeftovers(path, [Deno.pid]);
    await unmount(path);
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    using lock = await Deno.open(join(path, "lock"), { write: true });
    return await lock.tryLock(true);
  } catch {
    return false; // not ours, or just being made
  }
}
