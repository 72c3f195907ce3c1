import { getLogger } from "@logtape/logtape";
import { readLines } from "@/db/process/lines.ts";
import { pauseFor } from "@/db/process/pause.ts";
import { PROJECT_DIR } from "@/server/config.ts";

const log = getLogger(["agent", "start"]);

export interface Program {
  name: string;
  /** What comes after `deno run -A --cached-only`. */
  args: string[];
  env: Record<string, string>;
}

export interface Child {
  /** Resolves when the program exits over its settings: it is not started again. */
  refused: Promise<void>;
  pid(): number | null;
  /** SIGTERM, and SIGKILL after the grace. */
  stop(grace_ms?: number): Promise<void>;
  kill(): void;
}

/** EX_CONFIG of sysexits.h: how our mains exit on a ConfigError. */
export const EXIT_CONFIG = 78;

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
const GRACE_MS = 15_000;
/** `deno run --watch` stays after its program has ended, to start it again. */
const WATCHED_GRACE_MS = 1_500;
const isWatched = ({ args }: Program) => args.includes("--watch");
const STEADY_MS = 10_000; // after this, the next wait is short again

/** Starts the program, and starts it again whenever it ends or cannot be started. */
export function keepRunning(program: Program, onLine: (line: string) => void): Child {
  const stopping = new AbortController();
  const refused = Promise.withResolvers<void>();
  let current: Deno.ChildProcess | null = null;

  async function runOnce(): Promise<{ code: number | null; how: string }> {
    try {
      const child = current = spawn(program);
      const reading = forwardLines(child, onLine).catch((error) =>
        log.warn("the output of {name} cannot be read any more: {error}", {
          name: program.name,
          error,
        })
      );
      const { signal, code } = await child.status;
      await reading;
      return { code, how: signal ?? `code ${code}` };
    } catch (error) {
      return { code: null, how: String(error) };
    } finally {
      current = null;
    }
  }

  async function loop(): Promise<void> {
    let wait_ms = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      const started = performance.now();
      const { code, how } = await runOnce();
      if (stopping.signal.aborted) return;
      if (code === EXIT_CONFIG) return refused.resolve();
      if (performance.now() - started > STEADY_MS) wait_ms = FIRST_WAIT_MS;
      const { name } = program;
      log.warn("{name} ended ({how}): it is started again in {wait_ms} ms", { name, how, wait_ms });
      await pauseFor(wait_ms, stopping.signal);
      wait_ms = Math.min(wait_ms * 2, LONGEST_WAIT_MS);
    }
  }

  const ended = loop();
  return {
    refused: refused.promise,
    pid: () => current?.pid ?? null,
    kill: () => signal(current, "SIGKILL"),
    stop: async (grace_ms = isWatched(program) ? WATCHED_GRACE_MS : GRACE_MS) => {
      stopping.abort();
      signal(current, "SIGTERM");
      const timer = setTimeout(() => {
        log.warn("{name} did not stop in time and is killed", { name: program.name });
        signal(current, "SIGKILL");
      }, grace_ms);
      await ended;
      clearTimeout(timer);
    },
  };
}

function spawn({ args, env }: Program): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", ...args],
    cwd: PROJECT_DIR,
    env,
    clearEnv: true,
    // The program ends when this pipe closes, so it does not outlive us when we are killed.
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    detached: true, // so that Ctrl-C reaches only us, and we stop them in order
  }).spawn();
}

async function forwardLines(child: Deno.ChildProcess, onLine: (line: string) => void) {
  for await (const line of readLines(child.stdout)) onLine(line);
}

function signal(child: Deno.ChildProcess | null, name: Deno.Signal): void {
  try {
    child?.kill(name);
  } catch { /* it has just ended */ }
}
