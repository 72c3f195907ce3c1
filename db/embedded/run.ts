import type { RunAs } from "./run_as.ts";
import { chownAll } from "./owner.ts";

/** Nothing of our own environment: Postgres needs none of it, and it holds secrets. */
export const CHILD_ENV = {
  LC_ALL: "C",
  TZ: "UTC",
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
};

export interface Ended {
  success: boolean;
  printed: string;
}

export interface Run {
  command: string[];
  /** Where it works, and what must belong to whom it runs as. */
  folder: string;
  input?: string;
  signal?: AbortSignal;
}

/** A uid without a line in /etc/passwd, as in `docker run --user 1234`. */
const NAMELESS = /could not look up effective user ID/;

/** That user owns the folder afterwards. Throws the signal's reason when it was cut off. */
export async function runNamed({ named }: RunAs, run: Run): Promise<Ended> {
  let ended: Ended = { success: false, printed: "" };
  for (const { prefix, owner } of named) {
    if (owner !== null) await chownAll(run.folder, owner);
    ended = await runToEnd({ ...run, command: [...prefix, ...run.command] });
    run.signal?.throwIfAborted();
    if (ended.success || !NAMELESS.test(ended.printed)) break;
  }
  return ended;
}

async function runToEnd({ command: [command, ...args], folder, input, signal }: Run) {
  signal?.throwIfAborted();
  const child = new Deno.Command(command, {
    args,
    cwd: folder,
    env: CHILD_ENV,
    clearEnv: true,
    detached: true, // a Ctrl-C in our terminal is for us
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const end = () => child.kill("SIGTERM");
  signal?.addEventListener("abort", end);
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input ?? "")).catch(() => {}); // it says why itself
    await writer.close().catch(() => {});
    const { success, stdout, stderr } = await child.output();
    const printed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    return { success, printed };
  } finally {
    signal?.removeEventListener("abort", end);
  }
}
