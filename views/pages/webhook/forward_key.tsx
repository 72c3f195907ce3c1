import { Copyable } from "@/views/parts/copyable.tsx";

/** How receivers of forwards can tell that they come from this webhook. */
export function ForwardKey({ secret }: { secret: string }) {
  return (
    <section class="panel" aria-labelledby="forward-title">
      <h2 id="forward-title">Forwards</h2>
      <p class="about">
        What commands forward from here is signed by Standard Webhooks with this secret; give it to
        the receiver.
      </p>
      <details class="fold">
        <summary>Show the secret</summary>
        <Copyable text={secret} label="secret of forwards" />
      </details>
    </section>
  );
}
