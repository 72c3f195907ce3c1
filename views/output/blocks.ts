import type { Output } from "@/db/task_output.ts";
import type { OutputKind, SaidKind } from "@/db/nouns/output.ts";

export interface SaidBlock {
  type: "said";
  id: string;
  kind: SaidKind;
  text: string;
  /** More may come: shown as plain text until it is whole. */
  open: boolean;
}

export interface ToolBlock {
  type: "tool";
  id: string;
  seq: number;
  name: string;
  input: Record<string, unknown>;
  result: ToolResult | null;
  /** Of the sub-agent that this call started. */
  blocks: Block[];
}

export interface ToolResult {
  seq: number;
  text: string;
  /** Bytes that the page leaves out, and characters that were never kept. */
  bytes_cut: number;
  characters_lost: number;
  is_error: boolean;
}

export interface NoteBlock {
  type: "note";
  id: string;
  kind: "system" | "error" | "result" | "tool_result";
  row: OutputLike;
}

export type Block = SaidBlock | ToolBlock | NoteBlock;

/** A row from the table or from the live stream; `bytes_cut` where the text is cut. */
export type OutputLike = Output & { bytes_cut?: number };

type Placed = Pick<Output, "seq" | "attempt" | "kind" | "message_id">;

/** Ids come from the CLI: only letters, digits, `-` and `_` may go into a selector. */
export const safeId = (text: string): string =>
  text.replace(/[^A-Za-z0-9-]/g, (c) => `_${c.codePointAt(0)!.toString(16)}_`);

/** The rows of one message and kind share a block. */
export const saidId = (row: Placed): string =>
  `${row.kind}-${row.attempt}-${safeId(row.message_id ?? `seq-${row.seq}`)}`;

export const toolId = (tool_use_id: string): string => `tool-${safeId(tool_use_id)}`;

export const isSaid = (kind: OutputKind): kind is SaidKind =>
  kind === "text" || kind === "thinking";

/** True when a row of this kind ends the message before it. */
export const endsMessage = (kind: OutputKind): boolean => kind !== "system";

export function toolBlock(row: OutputLike): ToolBlock {
  const { id, name, input } = row.data ?? {};
  return {
    type: "tool",
    id: toolId(String(id ?? row.seq)),
    seq: row.seq,
    name: String(name ?? "Tool"),
    input: typeof input === "object" && input ? input as Record<string, unknown> : {},
    result: null,
    blocks: [],
  };
}

export function toolResult(row: OutputLike): ToolResult {
  return {
    seq: row.seq,
    text: row.text ?? "",
    bytes_cut: row.bytes_cut ?? 0,
    characters_lost: Number(row.data?.cut_characters) || 0,
    is_error: row.data?.is_error === true,
  };
}

export function noteBlock(row: OutputLike): NoteBlock {
  return { type: "note", id: `row-${row.seq}`, kind: row.kind as NoteBlock["kind"], row };
}

/**
 * Blocks in the order in which they began, sub-agents' output within the call that started them.
 * `open`: the task still runs, so what was said last may go on.
 */
export function toBlocks(rows: OutputLike[], open: boolean): Block[] {
  const top: Block[] = [];
  const said = new Map<string, SaidBlock>();
  const tools = new Map<string, ToolBlock>();
  const speaking = new Map<string | null, SaidBlock>();
  for (const row of rows) {
    const scope = row.parent_tool_use_id;
    const list = scope === null ? top : (tools.get(toolId(scope)) ?? unseenCall(scope)).blocks;
    if (isSaid(row.kind)) say(row, list);
    else place(row, list);
    if (isSaid(row.kind)) speaking.set(scope, said.get(saidId(row))!);
    else if (endsMessage(row.kind)) speaking.delete(scope);
  }
  if (open) { for (const block of speaking.values()) block.open = true; }
  return top;

  function say(row: OutputLike, list: Block[]): void {
    const id = saidId(row);
    let block = said.get(id);
    if (!block) {
      block = { type: "said", id, kind: row.kind as SaidBlock["kind"], text: "", open: false };
      said.set(id, block);
      list.push(block);
    }
    block.text += row.text ?? "";
  }

  function place(row: OutputLike, list: Block[]): void {
    if (row.kind === "tool_use") {
      const block = toolBlock(row);
      tools.set(block.id, block);
      list.push(block);
      return;
    }
    const call = row.kind === "tool_result"
      ? tools.get(toolId(String(row.data?.tool_use_id)))
      : undefined;
    if (call) call.result = toolResult(row);
    else list.push(noteBlock(row));
  }

  /** For a result whose call is on an earlier page. */
  function unseenCall(tool_use_id: string): ToolBlock {
    const block = toolBlock({
      ...rows[0],
      data: { id: tool_use_id, name: "Agent", input: { description: "started earlier" } },
    });
    tools.set(block.id, block);
    top.push(block);
    return block;
  }
}
