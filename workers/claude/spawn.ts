import { readAgent } from "@/workers/claude/agent_file.ts";
import { join } from "node:path";
import { prepareFolders, type RunFolders, writeAnew } from "@/workers/claude/folders.ts";
import { ownRunFolders, wrapCommand } from "@/workers/claude/isolation.ts";
import { executableFile } from "@/workers/claude/locate.ts";
import {
  APPENDED_FILE,
  appendedPrompt,
  cliArguments,
  cliEnvironment,
} from "@/workers/claude/options.ts";
import type { ClaudeSettings, ClaudeTask } from "@/workers/claude/run_types.ts";
import { endSandbox, GO, writeLaunch } from "@/workers/claude/warm.ts";

export interface Started {
  child: Deno.ChildProcess;
  /** To be written to its stdin before anything else. */
  first: string;
}

/**
 * Prepares the folders and starts the CLI in them, in a sandbox that waits where there is one.
 * Throws, in words for people, when the CLI or the agent is missing or the folders cannot be made.
 * Nothing in it waits: some sixty small calls on files, which took 5 ms when each waited for a thread.
 */
export async function startCli(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  slot: number,
): Promise<Started> {
  if (task.prompt.trim() === "") throw new Error("The prompt is empty.");
  const cli_bin = executableFile(settings.cli_bin);
  const agent = task.agent === null ? null : readAgent(settings.agents_dir, task.agent);
  const build = (inside: RunFolders, bin: string) => [bin, ...cliArguments(task, agent, inside)];
  const warm = settings.warm?.take(slot, folders);
  if (!warm) return startCold(task, folders, settings, { slot, cli_bin, build });
  try {
    const { inside } = warm;
    prepareFolders(folders, settings.agents_dir);
    writeAnew(join(folders.home, APPENDED_FILE), appendedPrompt(task, inside));
    writeLaunch(warm, build(inside, warm.cli_bin), cliEnvironment(task, inside, settings));
    ownRunFolders(settings.isolation, slot, folders);
    return { child: warm.child, first: GO };
  } catch (error) {
    await endSandbox(warm); // nobody else knows of it any more
    throw error;
  }
}

interface Cold {
  slot: number;
  cli_bin: string;
  build: (inside: RunFolders, bin: string) => string[];
}

function startCold(
  task: ClaudeTask,
  folders: RunFolders,
  settings: ClaudeSettings,
  { slot, cli_bin, build }: Cold,
): Started {
  const { isolation, hide, resources: limits } = settings;
  prepareFolders(folders, settings.agents_dir);
  const { command, args, inside } = wrapCommand(
    isolation,
    { slot, limits, folders, hide, cli_bin },
    build,
  );
  writeAnew(join(folders.home, APPENDED_FILE), appendedPrompt(task, inside));
  ownRunFolders(isolation, slot, folders);
  const child = new Deno.Command(command, {
    args,
    cwd: folders.work,
    env: cliEnvironment(task, inside, settings),
    clearEnv: true,
    // Leads a process group and session of its own, so that no signal meant for us reaches it.
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return { child, first: "" };
}
