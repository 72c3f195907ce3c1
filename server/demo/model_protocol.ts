import type { TokenCounts, Turn } from "@/server/demo/scenarios.ts";

type Block =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };

export interface WireEvent {
  event: string;
  data: Record<string, unknown>;
  pause_ms: number;
}

const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

export function errorResponse(error: NonNullable<Turn["error"]>): Response {
  const type = ERROR_TYPES[error.status] ?? "api_error";
  const message = error.message ?? `Scripted error ${error.status}`;
  const headers = new Headers({ "request-id": "req_scripted" });
  if (error.retry_after) headers.set("retry-after", error.retry_after);
  return Response.json({ type: "error", error: { type, message } }, {
    status: error.status,
    headers,
  });
}

/** The answer to a request without `stream`. */
export function message(turn: Turn, id: string, model: string, usage: TokenCounts) {
  return {
    id,
    type: "message",
    role: "assistant",
    model,
    content: blocks(turn, id),
    stop_reason: stopReason(turn),
    stop_sequence: null,
    usage,
  };
}

/** The answer as events, cut short where the turn hangs or drops. */
export function* events(
  turn: Turn,
  id: string,
  model: string,
  usage: TokenCounts,
): Generator<WireEvent> {
  yield event("message_start", {
    message: {
      ...message({}, id, model, usage),
      stop_reason: null,
      usage: { ...usage, output_tokens: 1 },
    },
  });
  for (const [index, block] of blocks(turn, id).entries()) {
    yield event("content_block_start", { index, content_block: emptyBlock(block) });
    for (const delta of deltas(block, turn)) {
      const pause_ms = isPiece(delta) ? turn.delay_ms ?? 0 : 0;
      yield { ...event("content_block_delta", { index, delta }), pause_ms };
    }
    if (block.type === "text" && (turn.hang === "middle" || turn.drop)) return;
    yield event("content_block_stop", { index });
  }
  yield event("message_delta", {
    delta: { stop_reason: stopReason(turn), stop_sequence: null },
    usage: { output_tokens: usage.output_tokens },
  });
  yield event("message_stop", {});
}

function event(type: string, data: Record<string, unknown>): WireEvent {
  return { event: type, data: { type, ...data }, pause_ms: 0 };
}

function stopReason(turn: Turn): string {
  return turn.stop_reason ?? (turn.tools?.length ? "tool_use" : "end_turn");
}

const isPiece = ({ type }: Record<string, unknown>): boolean =>
  type === "text_delta" || type === "thinking_delta";

const joined = (text: string | string[]): string => Array.isArray(text) ? text.join("") : text;

function blocks(turn: Turn, id: string): Block[] {
  const list: Block[] = [];
  if (turn.thinking) {
    const thinking = joined(turn.thinking);
    list.push({ type: "thinking", thinking, signature: "c2NyaXB0ZWQ=" });
  }
  if (turn.text !== undefined) list.push({ type: "text", text: joined(turn.text) });
  for (const [index, tool] of (turn.tools ?? []).entries()) {
    list.push({ type: "tool_use", id: `toolu_${id}_${index}`, ...tool });
  }
  return list;
}

function emptyBlock(block: Block): Record<string, unknown> {
  if (block.type === "text") return { type: "text", text: "" };
  if (block.type === "thinking") return { type: "thinking", thinking: "", signature: "" };
  return { ...block, input: {} };
}

function deltas(block: Block, turn: Turn): Record<string, unknown>[] {
  if (block.type === "text") {
    const pieces = Array.isArray(turn.text) ? turn.text : words(block.text);
    return pieces.map((text) => ({ type: "text_delta", text }));
  }
  if (block.type === "thinking") {
    const pieces = Array.isArray(turn.thinking) ? turn.thinking : words(block.thinking);
    return [
      ...pieces.map((thinking) => ({ type: "thinking_delta", thinking })),
      { type: "signature_delta", signature: block.signature },
    ];
  }
  const json = JSON.stringify(block.input).match(/[^]{1,64}/g) ?? [];
  return json.map((partial_json) => ({ type: "input_json_delta", partial_json }));
}

function words(text: string): string[] {
  return text.split(/(?<=\s)(?=\S)/).filter((word) => word !== "");
}
