import { join } from "node:path";
import type { RunFolders } from "@/workers/claude/folders.ts";

/** Whether the CLI's session can be resumed from this run's own folders. */
export async function hasTranscript(folders: RunFolders, cli_session_id: string): Promise<boolean> {
  const projects = join(folders.config, "projects");
  try {
    for await (const project of Deno.readDir(projects)) {
      const file = join(projects, project.name, `${cli_session_id}.jsonl`);
      const found = await Deno.lstat(file).catch(() => null);
      if (found?.isFile && found.size > 0) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}
