import {
  type AnyLine,
  anyLine,
  assistantLine,
  controlResponseLine,
  initLine,
  type ResultLine,
  resultLine,
  streamLine,
  userLine,
} from "@/workers/claude/cli_lines.ts";
import { cutResult, isCutResult } from "@/workers/claude/cut_result.ts";
import {
  errorRow,
  rateLimitRows,
  resultRow,
  systemRow,
  systemRows,
  textRows,
  toolResultRow,
  toolUseRow,
  unparsedRow,
} from "@/workers/claude/output_rows.ts";
import type { OutputRow } from "@/db/nouns/output.ts";
import { Observed } from "@/workers/claude/observed.ts";
import { SubAgents } from "@/workers/claude/sub_agents.ts";
import type { CliEvent, ReadLine } from "@/workers/claude/cli_events.ts";
import { UsageMeter } from "@/workers/claude/usage.ts";
import type { Usage } from "@/db/nouns/usage.ts";

export type { CliEvent };

const NOTHING: ReadLine = { events: [], signal: null };

/** Never throws: a line that it cannot read becomes a system row with `data.unparsed`. */
export class OutputReader {
  result: ResultLine | null = null;
  cli_session_id: string | null = null;
  /** Why the API refused: `authentication_failed` and the like. */
  api_error: string | null = null;
  readonly sub_agents = new SubAgents();
  readonly observed = new Observed();
  readonly taken_up = new Set<string>();

  #meter = new UsageMeter();
  #streaming: string | null = null;
  #streamed = new Set<string>();
  #initialised = false;

  get usage(): Usage {
    return this.#meter.total();
  }

  read(text: string, cut_bytes = 0): ReadLine {
    const trimmed = text.trim();
    if (trimmed === "" && cut_bytes === 0) return NOTHING;
    if (cut_bytes > 0 && isCutResult(trimmed)) return this.#cutResult(text, cut_bytes);
    // Not left to JSON.parse: its errors made 50 MB of short lines take twice as long.
    if (!trimmed.startsWith("{")) return rows([unparsedRow(text, cut_bytes)]);
    try {
      const line = anyLine.safeParse(JSON.parse(text));
      if (line.success && cut_bytes === 0) return this.#readLine(line.data);
    } catch {
      // Not JSON, or of a shape that we do not know.
    }
    return rows([unparsedRow(text, cut_bytes)]);
  }

  #readLine(line: AnyLine): ReadLine {
    switch (line.type) {
      case "stream_event":
        return this.#stream(line);
      case "assistant":
        return this.#assistant(line);
      case "user":
        return this.#user(line);
      case "result":
        return this.#result(line);
      case "system":
        return this.#system(line);
      case "rate_limit_event":
        return rows(rateLimitRows(line));
      case "control_response":
        return this.#controlResponse(line);
      case "control_request":
      case "control_cancel_request":
      case "command_lifecycle": // of each message of ours; its replay says the same
      case "keep_alive":
        return NOTHING;
      default:
        return rows(systemRows(line));
    }
  }

  #stream(line: AnyLine): ReadLine {
    const { event, parent_tool_use_id } = streamLine.parse(line);
    if (event.type === "message_start" && event.message) {
      this.#streaming = event.message.id;
      this.#meter.started(event.message.id, event.message.model, event.message.usage, true);
      return { events: [this.#metrics()], signal: null };
    }
    if (event.type === "message_delta") {
      this.#meter.ended(this.#streaming ?? "", event.usage.output_tokens ?? null);
      return { events: [this.#metrics()], signal: null };
    }
    if (event.type === "message_stop") return { events: [], signal: "message_end" };
    if (event.type !== "content_block_delta") return NOTHING;
    const kind = event.delta?.type === "thinking_delta" ? "thinking" : "text";
    const text = event.delta?.[kind] ?? "";
    if (text === "") return NOTHING;
    this.#streamed.add(`${this.#streaming} ${kind}`);
    this.#meter.said(this.#streaming ?? "", text.length);
    return rows(textRows(kind, text, { message_id: this.#streaming, parent_tool_use_id }));
  }

  #assistant(line: AnyLine): ReadLine {
    const read = assistantLine.parse(line);
    const { message, parent_tool_use_id, error } = read;
    this.observed.assistant(read);
    const blocks = typeof message.content === "string" ? [] : message.content;
    const ref = { message_id: message.id, parent_tool_use_id };
    if (message.model === "<synthetic>" || error) {
      const text = blocks.map((block) => block.text ?? "").join("");
      if (!error) return rows([systemRow(text, { subtype: "synthetic" })]);
      this.api_error = error;
      return rows([errorRow(text, error, ref)]);
    }
    const events: CliEvent[] = [];
    // The main loop's messages were counted from their stream; sub-agents have none.
    if (message.id) {
      this.#meter.started(message.id, message.model, message.usage, parent_tool_use_id === null);
      if (message.id !== this.#streaming) {
        this.#meter.said(message.id, JSON.stringify(message.content).length);
        this.#meter.ended(message.id, null);
        events.push(this.#metrics());
      }
    }
    const kept = blocks.flatMap((block) => {
      if (block.type === "tool_use") return [toolUseRow(block, ref)];
      if (block.type !== "text" && block.type !== "thinking") return [];
      if (this.#streamed.has(`${message.id} ${block.type}`)) return [];
      return textRows(block.type, block[block.type] ?? "", ref);
    });
    return { events: [...rows(kept).events, ...events], signal: null };
  }

  #user(line: AnyLine): ReadLine {
    const read = userLine.parse(line);
    const { message, parent_tool_use_id, tool_use_result } = read;
    if (read.isReplay) return this.#replay(read.uuid, message.content);
    this.observed.user(read);
    if (typeof message.content === "string") return NOTHING;
    return rows(message.content.flatMap((block) => {
      if (block.type === "tool_result") {
        const started = tool_use_result.status === "async_launched";
        const shown = started ? { ...block, content: "Works in the background." } : block;
        return [toolResultRow(shown, { message_id: null, parent_tool_use_id })];
      }
      // A sub-agent's prompt is in the tool_use that started it.
      if (block.type !== "text" || parent_tool_use_id !== null) return [];
      return [systemRow(block.text ?? "", { subtype: "user" })];
    }));
  }

  #replay(uuid: string | null, content: unknown): ReadLine {
    const steering = this.taken_up.size > 0 && typeof content === "string";
    if (uuid) this.taken_up.add(uuid);
    const shown = steering ? rows([systemRow(content, { subtype: "message" })]).events : [];
    const heard: CliEvent[] = uuid ? [{ type: "taken_up", uuid }] : [];
    return { events: [...heard, ...shown], signal: null };
  }

  #result(line: AnyLine): ReadLine {
    this.result = resultLine.parse(line);
    this.cli_session_id = this.result.session_id ?? this.cli_session_id;
    this.observed.result(this.result);
    this.#meter.result(this.result);
    return {
      events: [
        ...rows([resultRow(this.result, this.sub_agents.working || this.sub_agents.unheard)])
          .events,
        this.#metrics(),
      ],
      signal: "result",
    };
  }

  /** Not waited for until the time is over: no other line will come. */
  #cutResult(text: string, cut_bytes: number): ReadLine {
    this.result = cutResult(text.length + cut_bytes);
    return { events: rows([unparsedRow(text, cut_bytes)]).events, signal: "result" };
  }

  #system(line: AnyLine): ReadLine {
    if (line.subtype === "init") return this.#init(line);
    this.sub_agents.read(line);
    this.observed.system(line);
    return rows(systemRows(line));
  }

  /** Every turn has an init; all say the same, so the first one is shown. */
  #init(line: AnyLine): ReadLine {
    const read = initLine.parse(line);
    const { session_id, model, claude_code_version: version, agents, tools } = read;
    this.observed.began(read.cwd);
    this.cli_session_id = session_id || this.cli_session_id;
    if (this.#initialised) return { events: [], signal: "turn_start" };
    this.#initialised = true;
    const row = systemRow(`Claude Code ${version}, ${model}`, {
      subtype: "init",
      model,
      version,
      tools,
    });
    return {
      events: [
        { type: "init", cli_session_id: session_id, model, version, agents, tools },
        { type: "output", row },
      ],
      signal: "turn_start",
    };
  }

  #controlResponse(line: AnyLine): ReadLine {
    const { response } = controlResponseLine.parse(line);
    // "Total cost:" until 2.1.197, "Estimated cost:" in 2.1.332.
    const cost = response.response.text.match(/^\s*\w+ cost:\s*\$([\d.,]+)/m)?.[1];
    if (cost === undefined) return { events: [], signal: "control_response" };
    this.#meter.toldCost(Number(cost.replaceAll(",", "")));
    return { events: [this.#metrics()], signal: "control_response" };
  }

  #metrics(): CliEvent {
    return { type: "metrics", usage: this.usage };
  }
}

function rows(list: OutputRow[]): ReadLine {
  return { events: list.map((row) => ({ type: "output", row })), signal: null };
}
