import type { Block } from "@/views/output/blocks.ts";
import { Note } from "@/views/output/note.tsx";
import { Said } from "@/views/output/said.tsx";
import { Tool } from "@/views/output/tool.tsx";

/** The same on a page and in the live stream. */
export function OutputBlock({ block, task_id }: { block: Block; task_id: string }) {
  if (block.type === "said") return <Said block={block} />;
  if (block.type === "note") return <Note block={block} task_id={task_id} />;
  return (
    <Tool block={block} task_id={task_id}>
      {block.blocks.map((inner) => <OutputBlock key={inner.id} block={inner} task_id={task_id} />)}
    </Tool>
  );
}
