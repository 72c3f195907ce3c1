import type { ComponentChildren } from "preact";
import { count } from "@/views/format.ts";
import type { ToolBlock, ToolResult } from "@/views/output/blocks.ts";
import { Code, ToolInput } from "@/views/output/tool_input.tsx";
import { toolName, toolSummary } from "@/views/output/tool_summary.ts";
import { Icon } from "@/views/parts/icon.tsx";

export interface ToolProps {
  block: ToolBlock;
  task_id: string;
  children?: ComponentChildren;
}

export function Tool({ block, task_id, children }: ToolProps) {
  const { id, name, input, result } = block;
  return (
    <div class="tool">
      <details>
        <summary>
          <Icon name="chevron" />
          <span class="tool-name">{toolName(name)}</span>
          <span class="tool-about">{toolSummary(name, input)}</span>
          <span class="tool-state" id={`${id}-state`}>
            <ToolState result={result} />
          </span>
        </summary>
        <div class="tool-body">
          <ToolInput name={name} input={input} />
          <div id={`${id}-result`}>
            {result && <ToolOutput result={result} task_id={task_id} />}
          </div>
        </div>
      </details>
      <div class="sub" id={`${id}-sub`}>{children}</div>
    </div>
  );
}

/** "running" is shown only while the task runs: see static/css/output.css. */
export function ToolState({ result }: { result: ToolResult | null }) {
  if (!result) {
    return (
      <>
        <span class="if-running">running</span>
        <span class="if-ended">no result</span>
      </>
    );
  }
  if (result.is_error) {
    return (
      <span class="is-failed">
        <Icon name="failed" />error
      </span>
    );
  }
  return (
    <span class="is-completed">
      <Icon name="completed" />done
    </span>
  );
}

const SHOWN = 6_000;

export function ToolOutput({ result, task_id }: { result: ToolResult; task_id: string }) {
  const { text, bytes_cut, characters_lost, is_error, seq } = result;
  if (text.trim() === "") return <p class="cut">It printed nothing.</p>;
  return (
    <>
      <Code
        text={text}
        label={is_error ? "Error" : "Result"}
        tone={is_error ? "error" : undefined}
        href={`/tasks/${task_id}/output/${seq}`}
        left_out={bytes_cut}
        longest={SHOWN}
      />
      {characters_lost > 0 && (
        <p class="cut">{`${count(characters_lost)} more characters were too many to keep.`}</p>
      )}
    </>
  );
}
