import type { OutputRow, SaidKind } from "@/db/nouns/output.ts";
import type { AnyLine, ContentBlock, ResultLine } from "@/workers/claude/cli_lines.ts";
import { cutInput, cutText, splitText } from "@/workers/claude/stored_text.ts";

export interface MessageRef {
  message_id: string | null;
  parent_tool_use_id: string | null;
}

const NO_MESSAGE: MessageRef = { message_id: null, parent_tool_use_id: null };

export function textRows(kind: SaidKind, text: string, ref: MessageRef): OutputRow[] {
  if (text === "") return [];
  return splitText(text).map((part) => ({ kind, text: part, data: null, ...ref }));
}

export function toolUseRow(block: ContentBlock, ref: MessageRef): OutputRow {
  const data = { id: block.id, name: block.name, input: cutInput(block.input ?? {}) };
  return { kind: "tool_use", text: null, data, ...ref };
}

export function toolResultRow(block: ContentBlock, ref: MessageRef): OutputRow {
  const { text, cut } = cutText(resultText(block.content));
  const data: Record<string, unknown> = {
    tool_use_id: block.tool_use_id,
    is_error: block.is_error,
  };
  if (cut > 0) data.cut_characters = cut;
  return { kind: "tool_result", text, data, ...ref, message_id: null };
}

function resultText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content == null ? "" : JSON.stringify(content);
  return content.map((block) => typeof block?.text === "string" ? block.text : `[${block?.type}]`)
    .join("\n");
}

export function errorRow(
  text: string,
  error: string | null,
  ref: MessageRef = NO_MESSAGE,
): OutputRow {
  const short = cutText(text);
  const data = error || short.cut > 0 ? { ...(error && { error }), ...cutNote(short) } : null;
  return { kind: "error", text: short.text, data, ...ref };
}

export function systemRow(text: string, data: Record<string, unknown>): OutputRow {
  const short = cutText(text);
  return { kind: "system", text: short.text, data: { ...data, ...cutNote(short) }, ...NO_MESSAGE };
}

/** A secret may have been cut in two. */
const cutNote = ({ cut }: { cut: number }) => cut > 0 ? { cut_characters: cut } : {};

export function unparsedRow(line: string, cut_bytes: number): OutputRow {
  const { text, cut } = cutText(line);
  const left_out = cut > 0 || cut_bytes > 0 ? { cut_characters: cut, cut_bytes } : {};
  return systemRow(text, { unparsed: true, ...left_out });
}

/** The answer itself is in the text rows already. */
export function resultRow(result: ResultLine, goes_on: boolean): OutputRow {
  const { subtype, is_error, errors, api_error_status, num_turns, total_cost_usd } = result;
  const data: Record<string, unknown> = {
    subtype,
    is_error,
    goes_on,
    errors,
    api_error_status,
    num_turns,
    total_cost_usd,
    duration_ms: result.duration_ms,
    terminal_reason: result.terminal_reason,
    permission_denials: cutInput(result.permission_denials),
  };
  return { kind: "result", text: null, data, ...NO_MESSAGE };
}

type Describe = (line: AnyLine) => string | null;

const SYSTEM_TEXTS: Record<string, Describe> = {
  status: (line) => line.status === "compacting" ? "Compacting the conversation" : null,
  api_retry: (line) =>
    `The API did not answer well (${line.error_status ?? "no connection"} ${line.error}): trying ` +
    `again in ${seconds(line.retry_delay_ms)} s, attempt ${line.attempt} of ${line.max_retries}`,
  compact_boundary: () => "The conversation was compacted",
  task_started: (line) =>
    line.task_type === "local_agent"
      ? `Sub-agent ${line.subagent_type} started: ${line.description}`
      : `Runs on: ${line.description}`,
  task_notification: (line) => `${capital(line.status)}: ${line.summary}`,
  model_fallback: (line) => `Model ${line.original_model} → ${line.fallback_model}`,
  task_progress: () => null,
  task_updated: () => null,
  thinking_tokens: () => null,
  session_state_changed: () => null,
  hook_started: () => null,
  hook_progress: () => null,
  files_persisted: () => null,
  background_tasks_changed: () => null,
  // The result of the call says so, and so does the error.
  permission_denied: () => null,
  model_refusal_no_fallback: () => null,
  informational: (line) => String(line.content),
};

export function systemRows(line: AnyLine): OutputRow[] {
  const describe = SYSTEM_TEXTS[line.subtype ?? ""];
  const data = withoutNoise(line);
  if (!describe) return [systemRow(String(line.subtype ?? line.type), cutData(data))];
  const text = describe(line);
  return text === null ? [] : [systemRow(text, cutData(data))];
}

export function rateLimitRows(line: AnyLine): OutputRow[] {
  const info = (line.rate_limit_info ?? {}) as Record<string, unknown>;
  if (info.status === "allowed") return [];
  const limit = String(info.rateLimitType ?? "rate").replaceAll("_", " ");
  return [systemRow(`The account's ${limit} limit: ${info.status}`, {
    subtype: "rate_limit",
    ...info,
  })];
}

function withoutNoise(line: AnyLine): Record<string, unknown> {
  const { type: _type, uuid: _uuid, session_id: _session, ...data } = line;
  return data;
}

function cutData(data: Record<string, unknown>): Record<string, unknown> {
  return cutInput(data) as Record<string, unknown>;
}

function seconds(ms: unknown): string {
  return (Number(ms) / 1000 || 0).toFixed(1);
}

function capital(word: unknown): string {
  const text = String(word);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
