import { markdown } from "@/views/markdown.ts";
import { plain } from "@/views/plain.ts";
import type { SaidBlock } from "@/views/output/blocks.ts";

/** Plain while the message is being written, Markdown once it is whole. */
export function Said({ block }: { block: SaidBlock }) {
  const body = (
    <div id={block.id} dir="auto">
      <SaidBody {...block} />
    </div>
  );
  if (block.kind === "text") return <div class="said">{body}</div>;
  return (
    <details class="thinking fold">
      <summary>Thinking</summary>
      {body}
    </details>
  );
}

/** Replaced by the live stream when the message ends. */
export function SaidBody({ id, text, open }: Pick<SaidBlock, "id" | "text" | "open">) {
  if (open) return <div class="streaming" id={`${id}-now`}>{plain(text)}</div>;
  return <div class="md" dangerouslySetInnerHTML={{ __html: markdown(text) }} />;
}
