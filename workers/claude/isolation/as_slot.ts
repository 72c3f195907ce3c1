import { slotUid } from "@/workers/claude/isolation/types.ts";

const PATIENCE_MS = 10_000;

/** What makes a program run as a slot's user. */
export function asSlot(slot: number): string[] {
  const uid = slotUid(slot);
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--no-new-privs"];
}

/**
 * Runs a shell script as a slot's user and returns what it printed; null when it was ended or
 * held up, as something else of that user can do. As that user, so that a link which somebody
 * puts in its way leads no further than the slot itself could go.
 */
export async function scriptAsSlot(
  slot: number,
  script: string,
  ...args: string[]
): Promise<string | null> {
  const [command, ...rest] = [...asSlot(slot), "--", "sh", "-c", script, "sh", ...args];
  const child = new Deno.Command(command, {
    args: rest,
    cwd: "/",
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const { success, stdout } = await child.output();
  clearTimeout(timer);
  return success ? new TextDecoder().decode(stdout) : null;
}
