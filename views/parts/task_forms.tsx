// Which of these applies follows from the state in the task's head, which the live stream changes:
// static/css/task.css hides the others. The server refuses what does not apply anyway.

/** Stop, asked twice; works without JavaScript. */
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

/** The same request again, as a new task. */
export function RetryForm({ task_id, ended }: { task_id: string; ended: boolean }) {
  return (
    <form method="post" action={`/tasks/${task_id}/retry`} class="retry" hidden={!ended}>
      <button type="submit">Try again</button>
    </form>
  );
}

/** Words for the CLI while it works. */
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
