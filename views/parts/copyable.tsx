import { plain } from "@/views/plain.ts";

/** With a button that copies it where there is JavaScript. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span class="copyable">
      <code>{plain(text)}</code>
      <button type="button" class="small" data-copy aria-label={`Copy ${label}`}>Copy</button>
      <span class="sr-only" role="status"></span>
    </span>
  );
}
