/** Which checkout a run has, beside what git knows of it: for a run that goes on after a crash. */
import { join } from "node:path";
import { z } from "zod";
import { refuseMovedFolder } from "@/workers/workspace/found_files.ts";
import { closeWorkspace } from "@/workers/workspace.ts";
import { lfsFile } from "@/workers/workspace/lfs.ts";
import { merging } from "@/workers/workspace/merging.ts";
import { allPlaces, metadataOf } from "@/workers/workspace/places.ts";

const FILE = "agent-workspace.json";

const kept = z.object({
  git_dir: z.string(),
  files: z.string(),
  bare: z.string(),
  base_branch: z.string(),
  base_commit: z.string(),
  head: z.string(),
  ref: z.string(),
  lfs: z.array(lfsFile).default([]),
  merging: merging.nullable().default(null),
});
export type KeptWorkspace = z.infer<typeof kept>;

export async function keepWorkspace(workspace: KeptWorkspace): Promise<void> {
  const { git_dir } = workspace;
  const text = JSON.stringify(kept.parse(workspace));
  await Deno.writeTextFile(join(git_dir, FILE), text, { mode: 0o600 });
}

/** The one that an earlier run of this task had on this machine, or null. */
export async function findWorkspace(
  data_dir: string,
  task_id: string,
): Promise<KeptWorkspace | null> {
  for (const { bare } of allPlaces(data_dir)) {
    const text = await Deno.readTextFile(join(metadataOf(bare, task_id), FILE)).catch(() => null);
    if (text !== null) return kept.parse(JSON.parse(text));
  }
  return null;
}

/** Of a task that has done its work: while a checkout is there, its repository cannot be packed. */
export async function closeKept(
  data_dir: string,
  task_id: string,
  { files }: KeptWorkspace,
): Promise<void> {
  await refuseMovedFolder(files);
  await closeWorkspace(data_dir, task_id);
}
