/** Commits of ours that wait for their push are kept by refs, `refs/agent/TASK`. */
import { join } from "node:path";
import { writeAnew } from "@/workers/claude/folders.ts";

const OURS = "refs/agent/";
const COMMIT = /^[0-9a-f]{40,64}$/;

export const ownRef = (task_id: string): string => `${OURS}${task_id}`;

/** By task. Read from the files, since git reads none of a repository that is broken. */
export async function ownRefs(bare: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const line of await packedLines(bare)) {
    const [commit, name = ""] = line.split(" ");
    if (name.startsWith(OURS)) found.set(name.slice(OURS.length), commit);
  }
  const folder = join(bare, OURS);
  for (const task_id of await namesIn(folder)) {
    const text = await Deno.readTextFile(join(folder, task_id)).catch(() => "");
    if (COMMIT.test(text.trim())) found.set(task_id, text.trim());
  }
  return found;
}

/** All packed refs go but ours. */
export async function unpackOthers(bare: string): Promise<void> {
  const lines = await packedLines(bare);
  const kept = lines.filter((line) => line.split(" ")[1]?.startsWith(OURS));
  writeAnew(join(bare, "packed-refs"), kept.map((line) => `${line}\n`).join(""));
}

async function packedLines(bare: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(bare, "packed-refs")).catch(() => "");
  return text.split("\n").filter((line) => COMMIT.test(line.split(" ")[0]));
}

const namesIn = async (folder: string): Promise<string[]> =>
  (await Array.fromAsync(Deno.readDir(folder)).catch(() => [])).map(({ name }) => name);
