import { join } from "node:path";
import { readAgent } from "@/workers/claude/agent_file.ts";
import type { AssetVersion } from "@/workers/claude/assets.ts";
import { placeAssets } from "@/workers/claude/assets/place.ts";
import { makeFolders, type RunFolders, writeAnew } from "@/workers/claude/folders.ts";
import { ownRunFolders, wrapCommand } from "@/workers/claude/isolation.ts";
import { shownObjects } from "@/workers/claude/shown_objects.ts";
import { executableFile } from "@/workers/claude/locate.ts";
import {
  APPENDED_FILE,
  appendedPrompt,
  cliArguments,
  cliEnvironment,
} from "@/workers/claude/options.ts";
import type { ClaudeSettings, ClaudeTask } from "@/workers/claude/run_types.ts";
import { endSandbox, GO, type WarmSandbox, writeLaunch } from "@/workers/claude/warm.ts";

export interface Started {
  child: Deno.ChildProcess;
  /** To be written to its stdin before anything else. */
  first: string;
}

export interface Start {
  task: ClaudeTask;
  folders: RunFolders;
  settings: ClaudeSettings;
  slot: number;
  assets: AssetVersion;
}

type Build = (inside: RunFolders, cli_bin: string) => string[];

/** Throws, in words for people. Nothing in it waits: sixty small calls took 5 ms in threads. */
export async function startCli(start: Start): Promise<Started> {
  const { task, folders, settings, slot, assets } = start;
  if (task.prompt.trim() === "") throw new Error("The prompt is empty.");
  const cli_bin = executableFile(settings.cli_bin);
  const agent = task.agent === null
    ? null
    : readAgent(assets, task.agent, task.result_schema !== null);
  const build: Build = (inside, bin) => [bin, ...cliArguments(task, agent, inside)];
  const warm = settings.warm?.take(slot, folders, assets);
  return warm ? await startWarm(start, warm, build) : startCold(start, cli_bin, build);
}

async function startWarm(start: Start, warm: WarmSandbox, build: Build): Promise<Started> {
  const { task, folders, settings, slot } = start;
  const { inside } = warm;
  try {
    writeAnew(join(folders.home, APPENDED_FILE), appendedPrompt(task, inside));
    writeLaunch(warm, build(inside, warm.cli_bin), cliEnvironment(task, inside, settings));
    ownRunFolders(settings.isolation, slot, folders);
    return { child: warm.child, first: GO };
  } catch (error) {
    await endSandbox(warm); // nobody else knows of it any more
    throw error;
  }
}

function startCold(start: Start, cli_bin: string, build: Build): Started {
  const { task, folders, settings, slot, assets } = start;
  const { isolation, hide, resources: limits } = settings;
  makeFolders(folders);
  placeAssets(folders, assets, isolation.mount_namespace);
  const objects = shownObjects(folders);
  const sandbox = { slot, limits, folders, hide, cli_bin, assets, objects };
  const { command, args, inside } = wrapCommand(isolation, sandbox, build);
  writeAnew(join(folders.home, APPENDED_FILE), appendedPrompt(task, inside));
  ownRunFolders(isolation, slot, folders);
  const child = new Deno.Command(command, {
    args,
    cwd: folders.work,
    env: cliEnvironment(task, inside, settings),
    clearEnv: true,
    detached: true, // leads a group and a session: no signal meant for us reaches it
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return { child, first: "" };
}
