/** Which uids are ours to empty: a system gives its own services some of the same range. */
import { join } from "node:path";
import { z } from "zod";
import { LAST_SLOT } from "@/workers/claude/isolation/types.ts";

const content = z.coerce.number().int().min(0).max(LAST_SLOT + 1);

/**
 * Takes how many slots there are now; returns the most that this `data_dir` ever had, and writes
 * that down: a worker that died may have had more of them. Slots beyond it are not ours.
 */
export async function slotsEverUsed(data_dir: string, slots: number): Promise<number> {
  const path = join(data_dir, "slots");
  const before = content.safeParse(await Deno.readTextFile(path).catch(() => "0"));
  const most = Math.max(slots, before.data ?? 0);
  if (before.data === most) return most;
  await Deno.writeTextFile(`${path}.new`, `${most}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
  return most;
}
