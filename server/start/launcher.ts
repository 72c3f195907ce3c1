import { kill } from "node:process";

// Who stops `npx -y deno task start` by a signal reaches npm and the shell that npm starts, and both
// end without a word to us: seen with npm 10. So we look whether they are still there.
const LAUNCHER = /^(npm|npx)\b|\/(npm|npx)(-cli\.js)?(\0|\s|$)/;
const LOOK_EVERY_MS = 250;

/** The npm or npx that started us, through whatever shells; null when there is none. */
export function findLauncher(): number | null {
  for (let pid = Deno.ppid; pid > 1;) {
    const { parent, command } = describe(pid);
    if (LAUNCHER.test(command)) return pid;
    pid = parent;
  }
  return null;
}

/** Resolves when that process is gone. It is not waited for when this is all that is left to do. */
export function whenGone(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isThere(pid)) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY_MS);
    Deno.unrefTimer(timer);
  });
}

function isThere(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

function describe(pid: number): { parent: number; command: string } {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const command = Deno.readTextFileSync(`/proc/${pid}/cmdline`);
    return { parent: Number(status.match(/^PPid:\s+(\d+)/m)?.[1] ?? 0), command };
  } catch {
    return Deno.build.os === "linux" ? { parent: 0, command: "" } : askPs(pid);
  }
}

function askPs(pid: number): { parent: number; command: string } {
  const args = ["-ww", "-o", "ppid=,command=", "-p", String(pid)];
  const { stdout } = new Deno.Command("ps", { args }).outputSync();
  const [, parent, command] = new TextDecoder().decode(stdout).match(/^\s*(\d+)\s+(.*)/) ?? [];
  return { parent: Number(parent ?? 0), command: command ?? "" };
}
