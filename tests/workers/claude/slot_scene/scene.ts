import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type RunFolders, runFolders } from "@/workers/claude/folders.ts";
import { type Isolation, slotUid } from "@/workers/claude/isolation.ts";
import { type ClaudeSettings, type RunResult, startClaude } from "@/workers/claude/process.ts";
import { listProcesses } from "@/workers/claude/process_tree/processes.ts";
import { untilReady } from "@/workers/claude/slots.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { CliEvent } from "@/workers/claude/output.ts";
import { claudeSettings, claudeTask, rowsOf, textOf } from "@/tests/helpers/claude.ts";

export interface Report {
  reason: string;
  /** What each run printed, by its name. */
  said: Record<string, string>;
  /** Living processes of slots, after each run. */
  left_alive: number[];
  /** Paths and what is wrong with them at the end. */
  found: string[];
}

export const DATA = "/srv/data";
export const RUNS = `${DATA}/runs`;
export const CLI = "/srv/claude";
export const LIMITS = { max_processes: 256, max_memory_mb: 1024, max_disk_mb: 5120 };

/** Runs plays in slots, and notes what they leave. */
export class Scene {
  readonly report: Report = { reason: "", said: {}, left_alive: [], found: [] };
  readonly isolation: Isolation;

  constructor(isolation: Isolation) {
    this.isolation = isolation;
    this.report.reason = isolation.reason;
  }

  folders(name: string): RunFolders {
    return runFolders(join(RUNS, name));
  }

  /** Runs a play to its end, and unless `look` is false until its slot is empty. `name` is that of its folder. */
  async run(
    slot: number,
    name: string,
    play: string,
    { resume = false, limits = LIMITS, look = true } = {},
  ): Promise<RunResult> {
    const folders = this.folders(name);
    await Deno.mkdir(folders.work, { recursive: true });
    await Deno.writeTextFile(join(folders.work, "play"), play);
    const settings = await this.settings({ cli_bin: CLI, resources: limits });
    const task = claudeTask("play", { agent: null, resume });
    const result = await startClaude(task, folders, settings, slot, () => {}).done;
    this.report.said[name] = await Deno.readTextFile(join(folders.work, "said")).catch(() => "") +
      (result.error ?? "");
    if (look) await this.lookAt(slot);
    return result;
  }

  /** Notes what is alive in a slot that a run has left. */
  async lookAt(slot: number): Promise<void> {
    await untilReady(this.isolation, slot, new AbortController().signal);
    this.report.left_alive.push(...alive(slot));
  }

  settings(changes: Partial<ClaudeSettings>, model = { url: "http://127.0.0.1:9" }) {
    return claudeSettings(model, { isolation: this.isolation, hide: [DATA], ...changes });
  }

  /** The same with the CLI itself, whose shell runs the play. */
  async runReal(
    slot: number,
    name: string,
    play: string,
    changes: Partial<ClaudeSettings>,
  ): Promise<void> {
    await using model = await startScriptedModel();
    const folders = this.folders(name);
    await Deno.mkdir(folders.work, { recursive: true });
    await Deno.writeTextFile(join(folders.work, "play"), play);
    const events: CliEvent[] = [];
    const task = claudeTask("[[bash:sh play 2> errors]]");
    const settings = await this.settings(changes, model);
    const run = startClaude(task, folders, settings, slot, (event) => events.push(event));
    const { status, error } = await run.done;
    const system = JSON.stringify(model.requests[0]?.body ?? "").includes(
      `Working directory: ${folders.work}`,
    );
    this.report.said[name] =
      `${status} ${error ?? ""} ${system ? "told where" : "not told where"}: ` +
      textOf(rowsOf(events), "tool_result");
    await this.lookAt(slot);
  }

  /** Notes a path that is there and should not be, or one that others may enter. */
  expectGone(path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })) this.report.found.push(`${path} is there`);
  }

  expectOurs({ root, home, work, config, tmp }: RunFolders): void {
    for (const path of [root, home, work, config, tmp]) {
      const { uid, mode } = lstatSync(path);
      if (uid !== 0 || (mode & 0o777) !== 0o700) {
        this.report.found.push(`${path} is ${uid}'s, ${(mode & 0o777).toString(8)}`);
      }
    }
  }
}

/** The living processes of a slot. */
export function alive(slot: number): number[] {
  return listProcesses().filter(({ uid }) => uid === slotUid(slot)).map(({ pid }) => pid);
}

export type Scenes = Record<string, (scene: Scene) => Promise<void>>;
