import type { ComponentChildren } from "preact";

/** A change that has to be confirmed; works without JavaScript. */
export function Confirm({ label, action, button, children }: {
  label: string;
  action: string;
  button: string;
  children: ComponentChildren;
}) {
  return (
    <details class="confirm">
      <summary class="button danger">{label}</summary>
      <form method="post" action={action} class="confirm-box">
        {children}
        <button type="submit" class="danger">{button}</button>
      </form>
    </details>
  );
}
