import { lstat } from "node:fs/promises";
import { forgetHeard } from "@/db/task_inputs.ts";
import type { Interruption } from "@/db/nouns/task.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { hasTranscript } from "@/workers/claude/transcript.ts";
import { persist } from "@/workers/persist.ts";
import { note } from "@/workers/run/notes.ts";
import type { Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

type Found = "session" | "no_session_yet" | "elsewhere";

/** Its output says so either way. Where a session begins anew, messages are handed over again. */
export async function canResume(
  worker: Worker,
  running: Running,
  folders: RunFolders,
): Promise<boolean> {
  const { task, claim, run, writer } = running;
  if (!running.interrupted) return false;
  const found = await find(folders, task.cli_session_id!);
  // No CLI has started before: there is nothing to tell, and nothing to go on with.
  if (task.interruption !== null) {
    const text = interruptedText(task.interruption, found, task.attempt);
    writer.add(note(text, { attempt: task.attempt, resumed: found === "session" }));
  }
  if (found === "session") return true;
  await persist(() => forgetHeard(worker.db, claim), run.ending);
  return false;
}

async function find(folders: RunFolders, cli_session_id: string): Promise<Found> {
  if (await hasTranscript(folders, cli_session_id)) return "session";
  const here = await lstat(folders.root).then(() => true, () => false);
  return here ? "no_session_yet" : "elsewhere";
}

const WHY: Record<Interruption, string> = {
  worker_stopped: "Its worker was stopped",
  machine_silent: "Its machine fell silent",
  cli_killed: "Its CLI was killed (out of memory looks like this)",
  claim_lost: "Its worker lost sight of it",
};

const THEREFORE: Record<Found, string> = {
  session: ": the CLI's session is resumed",
  no_session_yet: " before the CLI had begun a session: it starts again",
  elsewhere: ", and the CLI's session is not on this machine: it starts again",
};

export const interruptedText = (why: Interruption, found: Found, attempt: number): string =>
  `${WHY[why]}${THEREFORE[found]} (attempt ${attempt}).`;
