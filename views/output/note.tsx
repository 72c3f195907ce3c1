import { duration, money, plural } from "@/views/format.ts";
import { oneLine, plain } from "@/views/plain.ts";
import type { NoteBlock, OutputLike } from "@/views/output/blocks.ts";
import { toolResult } from "@/views/output/blocks.ts";
import { Code } from "@/views/output/tool_input.tsx";
import { ToolOutput } from "@/views/output/tool.tsx";
import { Icon } from "@/views/parts/icon.tsx";

/** A row that is neither text nor a tool call: folded, or a box where it reports trouble. */
export function Note({ block, task_id }: { block: NoteBlock; task_id: string }) {
  const { kind, row, id } = block;
  if (kind === "error") {
    return <Trouble id={id} text={row.text ?? "Error"} code={row.data?.error} />;
  }
  if (kind === "result") return <Result id={id} row={row} />;
  if (kind === "tool_result") {
    return (
      <div class="note" id={id}>
        <p>Result of an earlier call</p>
        <ToolOutput result={toolResult(row)} task_id={task_id} />
      </div>
    );
  }
  return <System id={id} row={row} />;
}

function Trouble({ id, text, code }: { id: string; text: string; code?: unknown }) {
  return (
    <div class="trouble" id={id}>
      <p class="trouble-title">
        <Icon name="failed" />
        Error{typeof code === "string" && (
          <>
            : <code>{oneLine(code, 80)}</code>
          </>
        )}
      </p>
      <p class="pre">{plain(text)}</p>
    </div>
  );
}

/** The answer is above it, so only an error gets a box. */
function Result({ id, row }: { id: string; row: OutputLike }) {
  const { is_error, subtype, errors, num_turns, total_cost_usd, duration_ms, goes_on } = row.data ??
    {};
  if (is_error === true) {
    const texts = Array.isArray(errors) ? errors.map(String) : [];
    return (
      <Trouble id={id} text={texts.join("\n") || "The run ended with an error."} code={subtype} />
    );
  }
  const parts = [
    typeof num_turns === "number" && plural(num_turns, "turn"),
    typeof duration_ms === "number" && duration(duration_ms / 1000),
    typeof total_cost_usd === "number" && money(total_cost_usd),
  ].filter(Boolean);
  const state = goes_on === true ? "Waiting for a sub-agent" : "Finished";
  return <p class="note" id={id}>{[state, ...parts].join(" · ")}</p>;
}

function System({ id, row }: { id: string; row: OutputLike }) {
  const text = row.text ?? "";
  if (row.data?.subtype === "message") return <Heard id={id} text={text} />;
  if (text.length > 240 || text.includes("\n")) {
    return (
      <details class="note fold" id={id}>
        <summary>
          {row.data?.unparsed ? "A line that could not be read" : oneLine(text, 120)}
        </summary>
        <Code text={text} label="Line" />
      </details>
    );
  }
  return <p class="note" id={id}>{oneLine(text, 300)}</p>;
}

function Heard({ id, text }: { id: string; text: string }) {
  return (
    <div class="heard" id={id}>
      <p class="who">Message to the agent</p>
      <p class="pre" dir="auto">{plain(text)}</p>
    </div>
  );
}
