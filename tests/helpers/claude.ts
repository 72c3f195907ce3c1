/** Runs of the real CLI against a scripted model, in folders of their own. */
import { join } from "node:path";
import deno_json from "@/deno.json" with { type: "json" };
import { Assets } from "@/workers/claude/assets.ts";
import type { TextFilter } from "@/workers/claude/tail.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import { locateCli } from "@/workers/claude/locate.ts";
import type { CliEvent } from "@/workers/claude/output.ts";
import type { OutputRow } from "@/db/nouns/output.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import {
  type ClaudeRun,
  type ClaudeSettings,
  type ClaudeTask,
  type RunResult,
  startClaude,
} from "@/workers/claude/process.ts";
import { killTree } from "@/workers/claude/process_tree.ts";

/** The repository's own `.claude`. */
export const AGENTS_DIR = join(import.meta.dirname!, "..", "..", ".claude");

/** The CLI's version that deno.json pins. */
export const PINNED_VERSION: string = deno_json.imports["@anthropic-ai/claude-code"].split("@").at(
  -1,
)!;

const assets = new Map<string, Assets>();

/** The assets of a `.claude` folder, below the temp folder. */
export function sharedAssets(claude_dir: string): Assets {
  const known = assets.get(claude_dir);
  if (known) return known;
  const made = new Assets(claude_dir, Deno.makeTempDirSync({ prefix: "agent-assets-" }));
  assets.set(claude_dir, made);
  return made;
}

let found: Promise<{ cli_bin: string; version: string }> | null = null;

/** Settings to run the pinned CLI against a model on loopback, with no isolation. */
export async function claudeSettings(
  model: { url: string },
  changes: Partial<ClaudeSettings> = {},
): Promise<ClaudeSettings> {
  found ??= locateCli(null);
  const { cli_bin } = await found;
  return {
    cli_bin,
    credentials: { ANTHROPIC_API_KEY: "sk-scripted", ANTHROPIC_BASE_URL: model.url },
    agent_env: {},
    isolation: { kind: "none", reason: "a test", pid_namespace: false, mount_namespace: false },
    resources: { max_processes: 256, max_memory_mb: 4096, max_disk_mb: 5120 },
    contained: true,
    hide: [],
    assets: sharedAssets(AGENTS_DIR),
    ...changes,
  };
}

/** A task with limits that a test outlives. */
export function claudeTask(prompt: string, changes: Partial<ClaudeTask> = {}): ClaudeTask {
  return {
    run_id: crypto.randomUUID(),
    prompt,
    agent: "brain",
    model: null,
    tool_profile: "full",
    cli_session_id: crypto.randomUUID(),
    resume: false,
    append_system_prompt: null,
    result_schema: null,
    ...changes,
    limits: {
      timeout_seconds: 60,
      max_turns: null,
      max_usd: 5,
      max_output_bytes: 200_000_000,
      ...changes.limits,
    },
  };
}

/** Folders below the temp folder, gone when disposed. */
export async function testFolders(): Promise<RunFolders & AsyncDisposable> {
  const root = await Deno.makeTempDir({ prefix: "claude-run-" });
  return {
    ...runFolders(root),
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** A run that remembers what it said and can be waited for. */
export interface WatchedRun extends ClaudeRun {
  events: CliEvent[];
  /** The first row that fits, also one that has come already. Rejects when the run ends before. */
  row(fits: (row: OutputRow) => boolean): Promise<OutputRow>;
  /** The first running totals that fit. Rejects when the run ends before. */
  metrics(fits: (usage: Usage) => boolean): Promise<Usage>;
}

/** Starts a run and watches it. `slot` is 0. */
export function watchRun(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  errors?: TextFilter,
): WatchedRun {
  const events: CliEvent[] = [];
  const watchers = new Set<(event: CliEvent) => void>();
  const run = startClaude(task, folders, settings, 0, (event) => {
    events.push(event);
    for (const watcher of [...watchers]) watcher(event);
  }, errors);
  function find<T>(pick: (event: CliEvent) => T | null): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = (event: CliEvent) => {
      const found = pick(event);
      if (found !== null) resolve(found);
    };
    events.forEach(look);
    watchers.add(look);
    run.done.then((result) => reject(new Error(`The run ended first: ${result.error}`)));
    return promise;
  }
  return {
    events,
    row: (fits) => find((event) => event.type === "output" && fits(event.row) ? event.row : null),
    metrics: (fits) =>
      find((event) => event.type === "metrics" && fits(event.usage) ? event.usage : null),
    get pid() {
      return run.pid;
    },
    done: run.done,
    started: run.started,
    send: (message, uuid) => run.send(message, uuid),
    stop: () => run.stop(),
    kill: () => run.kill(),
  };
}

/** Runs a task to its end. */
export async function runToEnd(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  errors?: TextFilter,
): Promise<{ result: RunResult; events: CliEvent[]; rows: OutputRow[] }> {
  const run = watchRun(task, folders, settings, errors);
  try {
    const result = await run.done;
    return { result, events: run.events, rows: rowsOf(run.events) };
  } finally {
    await killTree(task.run_id, run.pid);
  }
}

export function rowsOf(events: CliEvent[]): OutputRow[] {
  return events.flatMap((event) => event.type === "output" ? [event.row] : []);
}

/** The rows of a kind, joined. */
export function textOf(rows: OutputRow[], kind: OutputRow["kind"]): string {
  return rows.filter((row) => row.kind === kind).map((row) => row.text ?? "").join("");
}
