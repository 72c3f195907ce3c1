import { join } from "node:path";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { readLines } from "@/db/process/lines.ts";

const LINE_CAP_BYTES = 32 * 1024 * 1024;

/** A CLI killed within 50 ms of its first tool call leaves a transcript that cannot be resumed. */
export async function hasTranscript(folders: RunFolders, cli_session_id: string): Promise<boolean> {
  const projects = join(folders.config, "projects");
  try {
    for await (const project of Deno.readDir(projects)) {
      const path = join(projects, project.name, `${cli_session_id}.jsonl`);
      const found = await Deno.lstat(path).catch(() => null);
      if (found?.isFile && await hasUserMessage(path)) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

async function hasUserMessage(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  for await (const line of readLines(file.readable, LINE_CAP_BYTES)) {
    if (isUserMessage(line)) return true;
  }
  return false;
}

/** The last line may be half written. */
function isUserMessage(line: string): boolean {
  try {
    return JSON.parse(line)?.type === "user";
  } catch {
    return false;
  }
}
