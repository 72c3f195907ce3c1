import { readAgent } from "@/workers/claude/agent_file.ts";
import { prepareFolders, type RunFolders } from "@/workers/claude/folders.ts";
import { ownRunFolders, wrapCommand } from "@/workers/claude/isolation.ts";
import { executableFile } from "@/workers/claude/locate.ts";
import { cliArguments, cliEnvironment } from "@/workers/claude/options.ts";
import type { ClaudeSettings, ClaudeTask } from "@/workers/claude/run_types.ts";

/**
 * Prepares the folders and returns the command that starts the CLI in them; the caller spawns it.
 * Throws, in words for people, when the CLI or the agent is missing or the folders cannot be made.
 * Synchronous: some sixty small calls on files, which took 5 ms when each waited for a thread.
 */
export function prepareCommand(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  slot: number,
): Deno.Command {
  if (task.prompt.trim() === "") throw new Error("The prompt is empty.");
  const cli_bin = executableFile(settings.cli_bin);
  const agent = task.agent === null ? null : readAgent(settings.agents_dir, task.agent);
  prepareFolders(folders, settings.agents_dir);
  ownRunFolders(settings.isolation, slot, folders);
  const sandbox = { slot, folders, hide: settings.hide, cli_bin };
  const wrapped = wrapCommand(
    settings.isolation,
    sandbox,
    (inside, bin) => [bin, ...cliArguments(task, agent, inside)],
  );
  return new Deno.Command(wrapped.command, {
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
}
