import { getLogger } from "@logtape/logtape";
import { type Line, LineSplitter } from "@/db/process/lines.ts";
import { within } from "@/db/process/pause.ts";
import { Dialogue } from "@/workers/claude/dialogue.ts";
import { Ending } from "@/workers/claude/ending.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { conclude, notStarted, STOPPED } from "@/workers/claude/outcome.ts";
import { type CliEvent, OutputReader } from "@/workers/claude/output.ts";
import { goesOn, patienceMs, pendingAfterResult } from "@/workers/claude/patience.ts";
import type {
  ClaudeRun,
  ClaudeSettings,
  ClaudeTask,
  RunResult,
} from "@/workers/claude/run_types.ts";
import { RunSlot } from "@/workers/claude/slot.ts";
import { StructuredResult } from "@/workers/claude/structured.ts";
import type { Started } from "@/workers/claude/spawn.ts";
import { Tail, type TextFilter } from "@/workers/claude/tail.ts";
import { Timers } from "@/workers/claude/timers.ts";

export type * from "@/workers/claude/run_types.ts";

const log = getLogger(["agent", "claude"]);

const LINE_CAP_BYTES = 32 * 1024 * 1024;
const STDERR_TAIL = 4096;

/** For what Bash left in the background the CLI would wait ten minutes (2.1.332). */
const EXIT_AFTER_RESULT_MS = 8000;
const DRAIN_MS = 5000;

/** `onEvent` must be quick. Failures are in the result: nothing here throws. */
export function startClaude(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  slot: number,
  onEvent: (event: CliEvent) => void,
  errors: TextFilter = { push: (piece) => piece, end: () => "" },
): ClaudeRun {
  return new CliRun(task, onEvent, new RunSlot(task, folders, settings, slot), errors);
}

class CliRun implements ClaudeRun {
  pid: number | null = null;
  readonly done: Promise<RunResult>;
  readonly started: Promise<boolean>;

  readonly #task: ClaudeTask;
  readonly #onEvent: (event: CliEvent) => void;
  readonly #slot: RunSlot;
  readonly #reader = new OutputReader();
  readonly #structured: StructuredResult;
  readonly #lines = new LineSplitter(LINE_CAP_BYTES);
  readonly #stderr: Tail;
  readonly #dialogue = new Dialogue();
  readonly #ending = new Ending(this.#dialogue, () => this.#killAll());
  readonly #timers = new Timers();
  readonly #started = Promise.withResolvers<boolean>();
  #bytes = 0;
  #deadline_ms = 0;
  #idle = false;
  #gone = false;

  constructor(
    task: ClaudeTask,
    onEvent: (event: CliEvent) => void,
    slot: RunSlot,
    errors: TextFilter,
  ) {
    this.#task = task;
    this.#onEvent = onEvent;
    this.#slot = slot;
    this.#structured = new StructuredResult(task.result_schema);
    this.#stderr = new Tail(STDERR_TAIL, errors);
    this.started = this.#started.promise;
    this.done = this.#run();
  }

  send(message: string, uuid: string = crypto.randomUUID()): void {
    this.#dialogue.send(message, uuid);
  }

  async stop(): Promise<void> {
    await this.#ending.ask("stop");
    await this.done;
  }

  async kill(): Promise<void> {
    await this.#ending.stopNow();
    await this.done;
  }

  async #run(): Promise<RunResult> {
    try {
      await Promise.resolve(); // a stop() in the same breath comes first
      if (this.#ending.is_asked) return notStarted(STOPPED, "stop");
      await this.#slot.ready();
      if (this.#ending.is_asked) return notStarted(STOPPED, "stop");
      const started = await this.#slot.start();
      this.#started.resolve(true);
      return await this.#follow(started);
    } catch (error) {
      return notStarted(error instanceof Error ? error.message : String(error), "spawn");
    } finally {
      this.#ending.exited();
      this.#started.resolve(false);
      this.#timers.clearAll();
      await this.#leave();
    }
  }

  /** What still kills must not meet the next run of the slot. */
  async #leave(): Promise<void> {
    await this.#ending.settled();
    this.#slot.leave(["disk", "room"].includes(this.#ending.by));
  }

  async #follow({ child, first }: Started): Promise<RunResult> {
    this.pid = child.pid;
    this.#dialogue.begin(child.stdin, first, this.#task.prompt);
    this.#ending.started();
    this.#deadline_ms = performance.now() + this.#task.limits.timeout_seconds * 1000;
    this.#limitTime();
    const unwatch = this.#slot.watch(child.pid, (excess) => this.#ending.ask(excess));
    const reading = Promise.all([this.#readOutput(child.stdout), this.#readErrors(child.stderr)]);
    const status = await child.status;
    this.#ending.exited();
    unwatch();
    this.#timers.clear("time");
    this.#dialogue.close();
    this.#gone = true;
    await this.#ending.kill();
    await within(reading.then(() => {}), DRAIN_MS, () => {});
    return this.#conclude(status);
  }

  #conclude({ code, signal }: Deno.CommandStatus): RunResult {
    const { result, usage, cli_session_id, api_error, sub_agents, observed } = this.#reader;
    return conclude({
      ended_by: this.#ending.by,
      result,
      usage,
      cli_session_id,
      api_error,
      limits: this.#task.limits,
      unheard: sub_agents.unheard,
      result_problem: this.#structured.problem(result),
      observed,
      resources: this.#slot.resources,
      exit_code: code,
      signal,
      stderr: this.#stderr.end(),
    });
  }

  /** Never waits for anybody: a CLI whose stdout is read slowly loses output when it exits. */
  async #readOutput(stdout: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stdout) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#task.limits.max_output_bytes) this.#ending.ask("output");
      for (const line of this.#lines.push(chunk)) this.#readLine(line);
    }
    const rest = this.#lines.rest();
    if (rest) this.#readLine(rest);
  }

  #readLine(line: Line): void {
    const { events, signal } = this.#reader.read(line.text, line.cut_bytes);
    for (const event of events) this.#tell(event);
    if (signal === "message_end") this.#dialogue.askCost();
    if (signal === "control_response") this.#dialogue.costAnswered();
    if (signal === "turn_start") this.#turnBegan();
    if (signal === "result") this.#idle = true;
    if (this.#idle) this.#finishOrWait(signal === "result");
    else this.#timers.clear("idle");
  }

  #tell(event: CliEvent): void {
    if (this.#ending.by === "output" && event.type === "output") return;
    // An interrupted CLI takes up what waits, and is killed before it acts on it (tried).
    if (this.#ending.is_asked && event.type === "taken_up") return;
    try {
      this.#onEvent(event);
    } catch (error) {
      const { run_id } = this.#task;
      log.error("Run {run_id}: an event was not taken: {error}", { run_id, error });
    }
  }

  /** Maybe behind what we took for the last result: the limits hold for it too. */
  #turnBegan(): void {
    this.#idle = false;
    this.#timers.clear("exit");
    if (!this.#gone) this.#limitTime();
  }

  #limitTime(): void {
    this.#timers.at("time", this.#deadline_ms, () => this.#ending.ask("time"));
  }

  /** Stdin stays open while something is pending. */
  #finishOrWait(result_just_came: boolean): void {
    if (this.#ending.is_asked) return this.#ending.idle();
    if (!this.#dialogue.is_open && !result_just_came) return;
    let pending = pendingAfterResult(this.#reader, this.#dialogue.sent);
    if (result_just_came && !goesOn(pending)) {
      const question = this.#structured.askAgain(this.#reader.result);
      if (question === null) return this.#finish();
      this.send(question);
      pending = pendingAfterResult(this.#reader, this.#dialogue.sent);
    }
    this.#timers.after("idle", patienceMs(pending), () => this.#finish());
  }

  #finish(): void {
    this.#timers.clear("time");
    this.#timers.clear("idle");
    this.#dialogue.close();
    this.#timers.after("exit", EXIT_AFTER_RESULT_MS, () => this.#ending.kill());
  }

  async #killAll(): Promise<void> {
    try {
      await this.#slot.kill(this.#gone ? null : this.pid);
    } catch (error) {
      const { run_id } = this.#task;
      log.error("Run {run_id}: its processes could not be killed: {error}", { run_id, error });
    }
  }

  async #readErrors(stderr: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stderr) this.#stderr.push(chunk);
  }
}
