import type { Task } from "@/db/tasks.ts";
import { oneLine } from "@/views/plain.ts";

/** The field of a form that says: all tools for this run, text from outside or not. */
export const TRUST_FIELD = "trust_outside_text";

export function HoldsOutsideText() {
  return (
    <p class="note-box outside-text">
      This conversation holds text that was written outside. Agents read it, so here they may only
      {" "}
      <b>read</b>{" "}
      files in their work folder: no stranger's words can make them run a command or change a file.
    </p>
  );
}

export function RunReadsOutsideText({ task }: { task: Task }) {
  return (
    <p class="note-box outside-text">It reads text that was written outside. {whatItMay(task)}</p>
  );
}

function whatItMay({ profile_raised_by, tool_profile, completed_at }: Task): string {
  if (profile_raised_by !== null) {
    return `${oneLine(profile_raised_by, 60)} trusted that text for this run and gave it the ` +
      `tools of the profile ${tool_profile}.`;
  }
  // of a time when the profile was not held to what a task reads
  if (completed_at !== null && tool_profile !== "read") {
    return `It had the profile ${tool_profile}.`;
  }
  return "It may only read files in its work folder.";
}

/** The choice to trust it for one run. */
export function TrustTick({ id, checked = false }: { id: string; checked?: boolean }) {
  return (
    <div class="field tick trust">
      <input type="checkbox" id={id} name={TRUST_FIELD} checked={checked} />
      <label for={id}>
        <span>
          <b>Trust the text from outside, this once:</b>{" "}
          the agent may run commands, change files and use the web. I have read that text, and none
          of it gives orders.
        </span>
      </label>
    </div>
  );
}
