import { TrustTick } from "@/views/parts/outside_text.tsx";

// Which of these applies follows from the state in the task's head, which the live stream changes:
// static/css/task.css hides the others. The server refuses what does not apply anyway.

/** With a confirmation; works without JavaScript. */
export function StopForm({ task_id }: { task_id: string }) {
  return (
    <details class="stop confirm">
      <summary class="button danger">Stop…</summary>
      <form method="post" action={`/tasks/${task_id}/stop`} class="confirm-box">
        <p>Ends the CLI and all that it started. What it did so far stays.</p>
        <button type="submit" class="danger">Stop this task</button>
      </form>
    </details>
  );
}

interface RetryProps {
  task_id: string;
  ended: boolean;
  /** It had more than `read` with text from outside: repeated only where that is trusted. */
  loses_tools: boolean;
}

export function RetryForm({ task_id, ended, loses_tools }: RetryProps) {
  const action = `/tasks/${task_id}/retry`;
  if (!loses_tools) {
    return (
      <form method="post" action={action} class="retry" hidden={!ended}>
        <button type="submit">Try again</button>
      </form>
    );
  }
  return (
    <details class="retry confirm" hidden={!ended}>
      <summary class="button">Try again…</summary>
      <form method="post" action={action} class="confirm-box">
        <p>It reads text that was written outside, so this time it may only read.</p>
        <TrustTick id="trust-retry" />
        <button type="submit">Try again</button>
      </form>
    </details>
  );
}

export function InputForm({ task_id }: { task_id: string }) {
  const path = `/tasks/${task_id}/input`;
  return (
    <form
      class="compose steer"
      method="post"
      action={path}
      hx-post={path}
      hx-target="#input-note"
      hx-swap="innerHTML"
      data-reset
    >
      <label for="message">Message to the running agent</label>
      <div class="compose-row">
        <textarea id="message" name="message" rows={1} required maxLength={20000} data-enter-sends>
        </textarea>
        <button type="submit" class="primary">Send</button>
      </div>
      <p id="input-note" class="muted" role="status"></p>
    </form>
  );
}
