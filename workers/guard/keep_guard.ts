import { getLogger } from "@logtape/logtape";
import { pauseFor } from "@/db/process/pause.ts";
import { PROJECT_DIR } from "@/workers/config.ts";
import { aliveLine, STOP_LINE } from "@/workers/guard/guard_runs.ts";

const log = getLogger(["agent", "guard"]);

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export interface GuardOptions {
  silence_ms: number;
  /** Nothing of a run, so that no sweep finds it. */
  env: Record<string, string>;
  log_json: boolean;
  slots: number;
}

export interface RunGuard {
  /** By the clock on the wall, when the sign was asked for. */
  alive(worker_id: string, since_ms: number): void;
  stop(): Promise<void>;
}

export function keepGuard(options: GuardOptions): RunGuard {
  const stopping = new AbortController();
  const signs = new Map<string, number>();
  let current: GuardInput | null = null;

  async function loop(): Promise<void> {
    for (let pause_ms = FIRST_PAUSE_MS; !stopping.signal.aborted;) {
      const how = await runOnce();
      if (stopping.signal.aborted) return;
      log.warn("the guard of the runs ended ({how}): it is started again", { how });
      await pauseFor(pause_ms, stopping.signal);
      pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
    }
  }

  async function runOnce(): Promise<string> {
    try {
      const child = spawn(options);
      current = new GuardInput(child.stdin);
      for (const [worker_id, since_ms] of signs) current.tell(aliveLine(worker_id, since_ms));
      const status = await child.status;
      return status.signal ?? `code ${status.code}`;
    } catch (error) {
      return String(error);
    } finally {
      current = null;
    }
  }

  const ended = loop();
  return {
    alive(worker_id, since_ms) {
      signs.set(worker_id, since_ms);
      current?.tell(aliveLine(worker_id, since_ms));
    },
    async stop() {
      stopping.abort();
      current?.tell(STOP_LINE);
      current?.close();
      await ended;
    },
  };
}

/** A broken pipe is noticed by the end of the guard. */
class GuardInput {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(stdin: WritableStream<Uint8Array>) {
    this.#writer = stdin.getWriter();
  }

  tell(line: string): void {
    this.#writer.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }

  close(): void {
    this.#writer.close().catch(() => {});
  }
}

function spawn({ silence_ms, env, log_json, slots }: GuardOptions): Deno.ChildProcess {
  const main = new URL("../guard.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", main]
      .concat(String(silence_ms), log_json ? "json" : "text", String(slots)),
    cwd: PROJECT_DIR,
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
    detached: true, // what ends our group, as a Ctrl-C does, must not end it before us
  }).spawn();
}
