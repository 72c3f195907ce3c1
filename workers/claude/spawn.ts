import { readAgent } from "@/workers/claude/agent_file.ts";
import { prepareFolders, type RunFolders } from "@/workers/claude/folders.ts";
import { ownRunFolders, wrapCommand } from "@/workers/claude/isolation.ts";
import { executableFile } from "@/workers/claude/locate.ts";
import { cliArguments, cliEnvironment } from "@/workers/claude/options.ts";
import type { ClaudeSettings, ClaudeTask } from "@/workers/claude/run_types.ts";
import { GO, writeLaunch } from "@/workers/claude/warm.ts";

export interface Started {
  child: Deno.ChildProcess;
  /** To be written to its stdin before anything else. */
  first: string;
}

/**
 * Prepares the folders and starts the CLI in them, in a sandbox that waits where there is one.
 * Throws, in words for people, when the CLI or the agent is missing or the folders cannot be made.
 * Synchronous: some sixty small calls on files, which took 5 ms when each waited for a thread.
 */
export function startCli(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  slot: number,
): Started {
  if (task.prompt.trim() === "") throw new Error("The prompt is empty.");
  const cli_bin = executableFile(settings.cli_bin);
  const agent = task.agent === null ? null : readAgent(settings.agents_dir, task.agent);
  const warm = settings.warm?.take(slot, folders);
  prepareFolders(folders, settings.agents_dir);
  if (warm) {
    const argv = [warm.cli_bin, ...cliArguments(task, agent, warm.inside)];
    writeLaunch(warm, argv, cliEnvironment(task, warm.inside, settings));
  }
  ownRunFolders(settings.isolation, slot, folders);
  if (warm) return { child: warm.child, first: GO };
  const sandbox = { slot, folders, hide: settings.hide, cli_bin };
  const wrapped = wrapCommand(
    settings.isolation,
    sandbox,
    (inside, bin) => [bin, ...cliArguments(task, agent, inside)],
  );
  const command = new Deno.Command(wrapped.command, {
    args: wrapped.args,
    cwd: folders.work,
    env: cliEnvironment(task, wrapped.inside, settings),
    clearEnv: true,
    // Leads a process group and session of its own, so that no signal meant for us reaches it.
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  return { child: command.spawn(), first: "" };
}
