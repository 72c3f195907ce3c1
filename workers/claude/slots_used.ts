import { join } from "node:path";
import { z } from "zod";
import { LAST_SLOT } from "@/workers/claude/isolation/types.ts";

const content = z.coerce.number().int().min(0).max(LAST_SLOT + 1);

/** The most slots that this `data_dir` ever had: beyond them are uids of the system's services. */
export async function slotsEverUsed(data_dir: string, slots: number): Promise<number> {
  const path = join(data_dir, "slots");
  const before = content.safeParse(await Deno.readTextFile(path).catch(() => "0"));
  const most = Math.max(slots, before.data ?? 0);
  if (before.data === most) return most;
  await Deno.writeTextFile(`${path}.new`, `${most}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
  return most;
}
