import type { ComponentChildren } from "preact";

/** A change that has to be confirmed; works without JavaScript. */
export function Confirm({ id, label, action, button, children }: {
  /** Tells it from others where the part that it stands in loads itself again. */
  id?: string;
  label: string;
  action: string;
  button: string;
  children: ComponentChildren;
}) {
  return (
    <details class="confirm" id={id}>
      <summary class="button danger">{label}</summary>
      <form method="post" action={action} class="confirm-box">
        {children}
        <button type="submit" class="danger">{button}</button>
      </form>
    </details>
  );
}
