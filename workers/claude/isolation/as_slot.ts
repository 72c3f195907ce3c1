import { within } from "@/db/process/pause.ts";
import { slotUid } from "@/workers/claude/isolation/types.ts";

const PATIENCE_MS = 10_000;

export function asSlot(slot: number): string[] {
  const uid = slotUid(slot);
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--no-new-privs"];
}

/** As that user: a link put in its way leads no further than the slot could go. Null: it failed. */
export async function scriptAsSlot(
  slot: number,
  script: string,
  args: string[] = [],
  patience_ms = PATIENCE_MS,
): Promise<string | null> {
  const [command, ...rest] = [...asSlot(slot), "--", "sh", "-c", script, "sh", ...args];
  const child = new Deno.Command(command, {
    args: rest,
    cwd: "/",
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    detached: true, // leads a group: what the shell started ends with it
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const late = new AbortController();
  // A run may hold up the pipe or the process: we wait for neither.
  return await within(outputOf(child, late.signal), patience_ms, () => {
    killGroup(child.pid);
    late.abort();
    return null;
  });
}

async function outputOf(child: Deno.ChildProcess, late: AbortSignal): Promise<string | null> {
  let said = "";
  const take = new WritableStream<string>({ write: (text) => void (said += text) });
  try {
    await child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(take, { signal: late });
    return (await child.status).success ? said : null;
  } catch {
    return null;
  }
}

function killGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch {
    // It has ended, or it is not ours to end.
  }
}
