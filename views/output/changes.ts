/** What new rows change on a page that shows the rows before them. Pure. */
import type { SaidKind } from "@/db/nouns/output.ts";
import type { OutputPlace } from "@/db/task_output/window.ts";
import {
  type Block,
  endsMessage,
  isSaid,
  noteBlock,
  type OutputLike,
  type SaidBlock,
  saidId,
  toolBlock,
  toolId,
  type ToolResult,
  toolResult,
} from "@/views/output/blocks.ts";

export type Change =
  /** A new block at the end of the output, or of a sub-agent's. */
  | { type: "begin"; inside: string | null; block: Block }
  | { type: "append"; id: string; text: string }
  /** A message is whole: its text is to be read from the table and shown as Markdown. */
  | { type: "close"; id: string; kind: SaidKind; message_id: string | null; seq: number }
  | { type: "result"; tool_id: string; result: ToolResult };

interface Speaking {
  id: string;
  kind: SaidKind;
  message_id: string | null;
  seq: number;
  /** Its block, where it began with these rows. */
  fresh: SaidBlock | null;
}

/**
 * `places`: where rows before these belong, to know what was being said. `ended`: no more comes.
 */
export function toChanges(
  rows: OutputLike[],
  places: OutputPlace[],
  ended: boolean,
): Change[] {
  const known = new Set<string>();
  const speaking = new Map<string | null, Speaking>();
  const changes: Change[] = [];
  for (const place of places) noteOpen(place);
  for (const row of rows) {
    if (isSaid(row.kind)) say(row);
    else put(row);
  }
  if (ended) { for (const scope of [...speaking.keys()]) close(scope); }
  return changes.filter(isNeeded);

  function noteOpen(place: OutputPlace): void {
    const scope = place.parent_tool_use_id;
    if (!isSaid(place.kind)) {
      if (endsMessage(place.kind)) speaking.delete(scope);
      return;
    }
    const { kind, message_id, seq } = place;
    const id = saidId(place);
    known.add(id);
    speaking.set(scope, { id, kind, message_id, seq, fresh: null });
  }

  function say(row: OutputLike): void {
    const scope = row.parent_tool_use_id;
    const id = saidId(row);
    const before = speaking.get(scope);
    if (before && before.id !== id) close(scope);
    const text = row.text ?? "";
    const kind = row.kind as SaidKind;
    if (before?.id === id && before.fresh) {
      before.fresh.text += text;
      return;
    }
    if (known.has(id)) changes.push({ type: "append", id, text });
    else begin(row, { type: "said", id, kind, text, open: true });
    if (before?.id === id) return;
    const last = changes.at(-1)!;
    const fresh = last.type === "begin" ? last.block as SaidBlock : null;
    speaking.set(scope, { id, kind, message_id: row.message_id, seq: row.seq, fresh });
    known.add(id);
  }

  function put(row: OutputLike): void {
    if (endsMessage(row.kind)) close(row.parent_tool_use_id);
    if (row.kind === "tool_use") return begin(row, toolBlock(row));
    if (row.kind !== "tool_result") return begin(row, noteBlock(row));
    const tool_id = toolId(String(row.data?.tool_use_id));
    changes.push({ type: "result", tool_id, result: toolResult(row) });
  }

  function begin(row: OutputLike, block: Block): void {
    const scope = row.parent_tool_use_id;
    changes.push({ type: "begin", inside: scope === null ? null : toolId(scope), block });
  }

  function close(scope: string | null): void {
    const said = speaking.get(scope);
    if (!said) return;
    speaking.delete(scope);
    if (said.fresh) said.fresh.open = false;
    else {
      const { id, kind, message_id, seq } = said;
      changes.push({ type: "close", id, kind, message_id, seq });
    }
  }

  /** A text that a later change shows whole need not be appended. */
  function isNeeded(change: Change, at: number): boolean {
    return change.type !== "append" ||
      !changes.some((later, i) => i > at && later.type === "close" && later.id === change.id);
  }
}
