import { kill } from "node:process";

// npm 10 and the shell that it starts end on a signal without passing it on, so we look for them.
const LAUNCHER = /^(npm|npx)\b|\/(npm|npx)(-cli\.js)?(\0|\s|$)/;
const CHECK_EVERY_MS = 250;

/** The npm or npx that started us, through whatever shells. */
export function findLauncher(): number | null {
  for (let pid = Deno.ppid; pid > 1;) {
    const { parent, command } = describe(pid);
    if (LAUNCHER.test(command)) return pid;
    pid = parent;
  }
  return null;
}

/** Resolves when the process is gone. Does not keep ours alive. */
export function whenGone(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isThere(pid)) return;
      clearInterval(timer);
      resolve();
    }, CHECK_EVERY_MS);
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
