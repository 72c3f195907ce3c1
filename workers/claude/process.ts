/** One run of the CLI, from its start until nothing of it is left. */
import { getLogger } from "@logtape/logtape";
import { CliInput } from "@/workers/claude/cli_input.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { type Line, LineSplitter } from "@/db/process/lines.ts";
import { within } from "@/db/process/pause.ts";
import { Tail, type TextFilter } from "@/workers/claude/tail.ts";
import { controlLine, messageLine } from "@/workers/claude/options.ts";
import { conclude, notStarted, STOPPED } from "@/workers/claude/outcome.ts";
import { type CliEvent, OutputReader } from "@/workers/claude/output.ts";
import { goesOn, patienceMs, stillOwed } from "@/workers/claude/patience.ts";
import { Place } from "@/workers/claude/place.ts";
import type {
  ClaudeRun,
  ClaudeSettings,
  ClaudeTask,
  EndedBy,
  RunResult,
} from "@/workers/claude/run_types.ts";
import type { Started } from "@/workers/claude/spawn.ts";
import { Timers } from "@/workers/claude/timers.ts";

export type * from "@/workers/claude/run_types.ts";

const log = getLogger(["agent", "claude"]);

const LINE_CAP_BYTES = 32 * 1024 * 1024;
const STDERR_TAIL = 4096;

/** How long the CLI may take to end what it does after an interrupt, and then to exit. */
const INTERRUPT_MS = 1200;
const EXIT_MS = 800;
/** For what Bash left in the background after a result: the CLI would wait ten minutes (2.1.332). */
const EXIT_AFTER_RESULT_MS = 8000;
/** For what is still in the pipes when the process has gone. */
const DRAIN_MS = 5000;

/**
 * Starts the CLI for a task in its folders. `onEvent` gets what it says, in order, as soon as it is
 * read; it must not take long. What it writes to stderr goes through `errors`. Failures are in the result: neither this nor `done` throws.
 */
export function startClaude(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  slot: number,
  onEvent: (event: CliEvent) => void,
  errors: TextFilter = { push: (piece) => piece, end: () => "" },
): ClaudeRun {
  return new CliRun(task, onEvent, new Place(task, folders, settings, slot), errors);
}

class CliRun implements ClaudeRun {
  pid: number | null = null;
  readonly done: Promise<RunResult>;
  readonly started: Promise<boolean>;

  #task: ClaudeTask;
  #onEvent: (event: CliEvent) => void;
  #place: Place;
  #reader = new OutputReader();
  #lines = new LineSplitter(LINE_CAP_BYTES);
  #input: CliInput | null = null;
  #unsent: [message: string, uuid: string][] = [];
  #sent = new Set<string>();
  #bytes = 0;
  readonly #stderr: Tail;
  #ended_by: EndedBy = "cli";
  #ending: Promise<void> | null = null;
  #killing = Promise.resolve();
  #interrupted = Promise.withResolvers<void>();
  #exited = Promise.withResolvers<void>();
  #started = Promise.withResolvers<boolean>();
  #gone = false;
  #cost_asked = false;
  #idle = false;
  #deadline_ms = 0;
  #timers = new Timers();

  constructor(
    task: ClaudeTask,
    onEvent: (event: CliEvent) => void,
    place: Place,
    errors: TextFilter,
  ) {
    this.#task = task;
    this.#onEvent = onEvent;
    this.#place = place;
    this.#stderr = new Tail(STDERR_TAIL, errors);
    this.started = this.#started.promise;
    this.done = this.#run();
  }

  send(message: string, uuid: string = crypto.randomUUID()): void {
    if (this.#input) this.#sendMessage(message, uuid);
    else this.#unsent.push([message, uuid]);
  }

  async stop(): Promise<void> {
    await this.#end("stop");
    await this.done;
  }

  async kill(): Promise<void> {
    this.#ended_by = "stop";
    this.#ending ??= Promise.resolve();
    await this.#kill();
    await this.done;
  }

  async #run(): Promise<RunResult> {
    try {
      await Promise.resolve(); // a stop() in the same breath comes first
      if (this.#ending) return notStarted(STOPPED, "stop");
      await this.#place.ready();
      if (this.#ending) return notStarted(STOPPED, "stop");
      const started = await this.#place.start();
      this.#started.resolve(true);
      return await this.#follow(started);
    } catch (error) {
      return notStarted(error instanceof Error ? error.message : String(error), "spawn");
    } finally {
      this.#exited.resolve();
      this.#started.resolve(false);
      this.#timers.clearAll();
      await this.#leave();
    }
  }

  /** What still kills must not meet the next run of the slot. */
  async #leave(): Promise<void> {
    await this.#ending;
    await this.#killing;
    const full = this.#ended_by === "disk" || this.#ended_by === "room";
    this.#place.leave(full);
  }

  async #follow({ child, first }: Started): Promise<RunResult> {
    const { limits, prompt } = this.#task;
    this.pid = child.pid;
    this.#input = new CliInput(child.stdin);
    // Asked to end while its place was made ready: it has cost nothing yet.
    if (this.#ending) this.#ending = this.#kill();
    this.#input.write(first + messageLine(prompt, crypto.randomUUID()));
    for (const [message, uuid] of this.#unsent) this.#sendMessage(message, uuid);
    this.#deadline_ms = performance.now() + limits.timeout_seconds * 1000;
    this.#limitTime();
    const unwatch = this.#place.watch(child.pid, (excess) => this.#end(excess));

    const reading = Promise.all([this.#readOutput(child.stdout), this.#readErrors(child.stderr)]);
    const { code, signal } = await child.status;
    this.#exited.resolve();
    unwatch();
    this.#timers.clear("time");
    this.#input.close();
    this.#gone = true;
    await this.#kill();
    await within(reading.then(() => {}), DRAIN_MS, () => {});

    const { result, usage, cli_session_id, api_error } = this.#reader;
    return conclude({
      ended_by: this.#ended_by,
      result,
      usage,
      cli_session_id,
      api_error,
      limits,
      unheard: this.#reader.sub_agents.unheard,
      resources: this.#place.resources,
      exit_code: code,
      signal,
      stderr: this.#stderr.end(),
    });
  }

  #sendMessage(message: string, uuid: string): void {
    this.#sent.add(uuid);
    this.#input?.write(messageLine(message, uuid));
  }

  /** Never waits for anybody: a CLI whose stdout is read slowly loses output when it exits. */
  async #readOutput(stdout: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stdout) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#task.limits.max_output_bytes) this.#end("output");
      for (const line of this.#lines.push(chunk)) this.#readLine(line);
    }
    const rest = this.#lines.rest();
    if (rest) this.#readLine(rest);
  }

  #readLine(line: Line): void {
    const { events, signal } = this.#reader.read(line.text, line.cut_bytes);
    for (const event of events) this.#tell(event);
    if (signal === "message_end") this.#askCost();
    if (signal === "control_response") this.#cost_asked = false;
    if (signal === "turn_start") this.#goOn();
    if (signal === "result") this.#idle = true;
    if (this.#idle) this.#finishOrWait(signal === "result");
    else this.#timers.clear("idle");
  }

  #tell(event: CliEvent): void {
    if (this.#ended_by === "output" && event.type === "output") return;
    // An interrupted CLI takes up what waits, and is killed before it acts on it (tried).
    if (this.#ending && event.type === "taken_up") return;
    try {
      this.#onEvent(event);
    } catch (error) {
      const { run_id } = this.#task;
      log.error("Run {run_id}: an event was not taken: {error}", { run_id, error });
    }
  }

  /** So that the cost is known should the run end without a result. */
  #askCost(): void {
    if (this.#cost_asked || !this.#input?.open) return;
    this.#cost_asked = true;
    this.#input.write(controlLine("get_session_cost", crypto.randomUUID()));
  }

  /** Another turn begins, maybe behind what we took for the last result: the limits hold for it too. */
  #goOn(): void {
    this.#idle = false;
    this.#timers.clear("exit");
    if (!this.#gone) this.#limitTime();
  }

  #limitTime(): void {
    this.#timers.at("time", this.#deadline_ms, () => this.#end("time"));
  }

  /** A result is not the end while something is owed. Until nothing is, stdin stays open. */
  #finishOrWait(result_just_came: boolean): void {
    if (this.#ending) return this.#interrupted.resolve();
    if (!this.#input?.open && !result_just_came) return;
    const owed = stillOwed(this.#reader, this.#sent);
    if (result_just_came && !goesOn(owed)) return this.#finish();
    this.#timers.after("idle", patienceMs(owed), () => this.#finish());
  }

  #finish(): void {
    this.#timers.clear("time");
    this.#timers.clear("idle");
    this.#input?.close();
    this.#timers.after("exit", EXIT_AFTER_RESULT_MS, () => this.#kill());
  }

  /** Interrupt, close stdin, a short grace, then the whole tree; so that the cost is told if it can be. */
  #end(by: EndedBy): Promise<void> {
    if (this.#ending === null) {
      this.#ended_by = by;
      const polite = by === "stop" || by === "time" || by === "output";
      this.#ending = polite ? this.#endPolitely() : this.#kill();
    }
    return this.#ending;
  }

  async #endPolitely(): Promise<void> {
    const input = this.#input;
    if (!input) return;
    const exited = this.#exited.promise;
    if (input.open) {
      input.write(controlLine("interrupt", crypto.randomUUID()));
      await within(Promise.race([this.#interrupted.promise, exited]), INTERRUPT_MS, () => {});
      input.close();
    }
    await within(exited, EXIT_MS, () => {});
    await this.#kill();
  }

  /** Resolves when nothing of the run is left, or when no more can be done about it. */
  #kill(): Promise<void> {
    return this.#killing = this.#killing.then(() => this.#killAll());
  }

  async #killAll(): Promise<void> {
    const { run_id } = this.#task;
    try {
      await this.#place.kill(this.#gone ? null : this.pid);
    } catch (error) {
      log.error("Run {run_id}: its processes could not be killed: {error}", { run_id, error });
    }
  }

  async #readErrors(stderr: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stderr) this.#stderr.push(chunk);
  }
}
