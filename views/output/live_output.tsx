import { OutputBlock } from "@/views/output/output_block.tsx";
import { type OutputLike, toBlocks } from "@/views/output/blocks.ts";

export interface OutputProps {
  task_id: string;
  rows: OutputLike[];
  /** The number of the last row that the page knows; the stream goes on after it. */
  last_seq: number;
  running: boolean;
}

export function LiveOutput({ task_id, rows, last_seq, running }: OutputProps) {
  return (
    <>
      <div class="output" id="output" data-task={task_id}>
        {toBlocks(rows, running).map((block) => (
          <OutputBlock key={block.id} block={block} task_id={task_id} />
        ))}
      </div>
      {running && (
        <div
          id="live"
          class="live"
          hx-sse:connect={`/tasks/${task_id}/live?after=${last_seq}`}
          hx-sse:close="end"
          hx-swap="none"
        >
          <span class="pulse" aria-hidden="true"></span> <span class="live-text">Live</span>
        </div>
      )}
    </>
  );
}
