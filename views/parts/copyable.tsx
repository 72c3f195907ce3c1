import { plain } from "@/views/plain.ts";

/** Text to be taken elsewhere: can be selected, and copied by a button where there are scripts. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span class="copyable">
      <code>{plain(text)}</code>
      <button type="button" class="small" data-copy aria-label={`Copy ${label}`}>Copy</button>
      <span class="sr-only" role="status"></span>
    </span>
  );
}
