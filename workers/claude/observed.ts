/** What a run saw, did and was refused, by the CLI's own lines: the model is not asked. */
import type { Coverage, Refusal } from "@/db/nouns/coverage.ts";
import type {
  AnyLine,
  AssistantLine,
  ContentBlock,
  ResultLine,
  UserLine,
} from "@/workers/claude/cli_lines.ts";
import { denialLine } from "@/workers/claude/cli_lines.ts";
import { FilesRead, partOf } from "@/workers/claude/observed/files_read.ts";
import { type Call, Refusals } from "@/workers/claude/observed/refusals.ts";
import { Tally } from "@/workers/claude/observed/tally.ts";
import { kindOf, subjectOf } from "@/workers/claude/observed/tools.ts";
import { wasCut, wasDone, wasRefused } from "@/workers/claude/observed/tool_results.ts";

/** More calls than this do not run at once. */
const MOST_OPEN = 10_000;

interface OpenCall extends Call {
  input: unknown;
}

export class Observed {
  readonly #open = new Map<string, OpenCall>();
  readonly #refused_ids = new Set<string>();
  readonly #refused = new Refusals();
  readonly #files = new FilesRead();
  readonly #written = new Tally();
  readonly #searches = new Tally();
  readonly #commands = new Tally();
  readonly #web_pages = new Tally();
  readonly #web_searches = new Tally();
  readonly #sub_agents = new Tally();
  #searches_cut = 0;
  #commands_cut = 0;
  #not_started = 0;
  #cwd = "";

  began(cwd: string): void {
    this.#cwd ||= cwd;
  }

  assistant({ message, parent_tool_use_id }: AssistantLine): void {
    if (typeof message.content === "string") return;
    for (const { type, id, name, input } of message.content) {
      if (type !== "tool_use" || !id || !name) continue;
      if (this.#open.size >= MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
      const subject = subjectOf(name, input, this.#cwd);
      this.#open.set(id, { tool: name, subject, input, by_sub_agent: parent_tool_use_id !== null });
    }
  }

  user(line: UserLine): void {
    if (typeof line.message.content === "string") return;
    for (const block of line.message.content) {
      if (block.type === "tool_result" && block.tool_use_id) this.#answered(block, line);
    }
  }

  /** Of a sub-agent that starts, and of a call that is denied. */
  system(line: AnyLine): void {
    if (line.subtype === "task_started" && line.task_type === "local_agent") {
      this.#sub_agents.add(String(line.subagent_type ?? ""));
    }
    if (line.subtype === "permission_denied") this.#deny(denialLine.parse(line));
  }

  result({ permission_denials, subagent_stats }: ResultLine): void {
    for (const denial of permission_denials.slice(0, MOST_OPEN)) this.#deny(denial);
    const refused = Object.values(subagent_stats.refused).reduce((sum, one) => sum + one, 0);
    this.#not_started = Math.max(this.#not_started, refused);
  }

  coverage(cut_off: string[] = []): Coverage {
    return {
      files_read: this.#files.read(),
      files_read_in_part: this.#files.inPart(),
      files_written: this.#written.counted(),
      searches: this.#searches.counted(),
      searches_cut: this.#searches_cut,
      commands: this.#commands.counted(),
      commands_cut: this.#commands_cut,
      web_pages: this.#web_pages.counted(),
      web_searches: this.#web_searches.counted(),
      sub_agents: this.#sub_agents.counted(),
      cut_off: this.#not_started === 0 ? cut_off : [...cut_off, tooMany(this.#not_started)],
      skipped: [],
    };
  }

  refusals(): Refusal[] {
    return this.#refused.list();
  }

  #deny({ tool_name, tool_use_id, tool_input }: ReturnType<typeof denialLine.parse>): void {
    const call = this.#open.get(tool_use_id) ?? {
      tool: tool_name,
      subject: subjectOf(tool_name, tool_input, this.#cwd),
      by_sub_agent: false,
    };
    this.#refuse(tool_use_id, call);
  }

  /** Two or three lines tell of the same denial. */
  #refuse(id: string, call: Call): void {
    if (this.#refused_ids.has(id)) return;
    if (this.#refused_ids.size < MOST_OPEN) this.#refused_ids.add(id);
    this.#refused.add(call);
  }

  #answered(block: ContentBlock, line: UserLine): void {
    const id = block.tool_use_id!;
    const call = this.#open.get(id);
    if (!call) return;
    this.#open.delete(id);
    if (wasRefused(block, line.tool_result_meta)) this.#refuse(id, call);
    if (this.#refused_ids.has(id) || !wasDone(call.tool, block)) return;
    this.#refused.done(call);
    this.#count(call, block, line.tool_use_result);
  }

  #count({ tool, subject, input }: OpenCall, block: ContentBlock, result: unknown): void {
    switch (kindOf(tool)) {
      case "read":
        return this.#files.add(subject, partOf(input, result));
      case "write":
        return this.#written.add(subject, true);
      case "search":
        if (wasCut(block, result)) this.#searches_cut++;
        return this.#searches.add(subject);
      case "command":
        if (wasCut(block, result)) this.#commands_cut++;
        return this.#commands.add(subject);
      case "web_page":
        return this.#web_pages.add(subject, true);
      case "web_search":
        return this.#web_searches.add(subject);
    }
  }
}

const tooMany = (count: number): string =>
  count === 1 ? "a sub-agent, by the CLI's limits" : `${count} sub-agents, by the CLI's limits`;
