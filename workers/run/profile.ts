import { settleProfile } from "@/db/tasks/profile.ts";
import { persist } from "@/workers/persist.ts";
import { note } from "@/workers/run/notes.ts";
import type { Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

const LOWERED =
  "Text from outside is in what this task reads, and nobody trusted that when it was " +
  "asked for: it runs with the profile read, and may only look at files in its work folder.";

const LOWERED_AGAIN =
  "More was said in the conversation after somebody trusted the text from outside in it: this " +
  "task runs with the profile read, and may only look at files in its work folder.";

/** Called when the conversation has been read: what comes later is not in the prompt. */
export async function holdToProfile(worker: Worker, { task, claim, run, writer }: Running) {
  if (task.tool_profile === "read") return;
  const was = task.tool_profile;
  const now = await persist(() => settleProfile(worker.db, claim), run.ending);
  if (now === null) return run.end("lost");
  if (now === was) return;
  const text = task.profile_raised_by === null ? LOWERED : LOWERED_AGAIN;
  task.tool_profile = now;
  task.profile_raised_by = null;
  writer.add(note(text, { tool_profile: "read", asked_for: was }));
}
