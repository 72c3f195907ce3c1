import { Buffer } from "node:buffer";
import { hkdfSync } from "node:crypto";
import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The folders of one run, each 0700. `root` is `DATA_DIR/runs/{task_id}`, or what `hiddenName` makes of it. */
export interface RunFolders {
  root: string;
  home: string;
  work: string;
  /** The CLI's CLAUDE_CONFIG_DIR: our agents and skills, its own transcripts. */
  config: string;
  tmp: string;
}

/** What we put into `config`; a run that goes on gets it anew. */
const OURS = ["CLAUDE.md", "agents", "skills"];
/** What the CLI would read there as the user's own wish, and a run could have written. */
const NOT_OURS = ["settings.json", "settings.local.json", "commands", "hooks", "plugins"];

/**
 * Name of a task's folder where others can read it: paths are among the arguments of what a run
 * starts. It does not tell the task's id, nor can it be found with the id alone. Pure.
 */
export function hiddenName(secret_key: string, task_id: string): string {
  const info = `claude-code-agent run folder v1:${task_id}`;
  return Buffer.from(hkdfSync("sha256", secret_key, "", info, 16)).toString("hex");
}

/** The folders below a root. Pure. */
export function runFolders(root: string): RunFolders {
  return {
    root,
    home: join(root, "home"),
    work: join(root, "work"),
    config: join(root, "config"),
    tmp: join(root, "tmp"),
  };
}

/**
 * Makes the folders where they are missing and copies CLAUDE.md, agents and skills from
 * `agents_dir`. Transcripts of an earlier attempt stay. Throws when one of the folders is a link:
 * an earlier run of the same task may have put it there.
 */
export function prepareFolders(folders: RunFolders, agents_dir: string): void {
  for (const path of [folders.root, folders.home, folders.work, folders.config, folders.tmp]) {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = Deno.lstatSync(path);
    if (!found.isDirectory) throw new Error(`${path} is not a folder; remove it and try again.`);
    if ((found.mode! & 0o777) !== 0o700) Deno.chmodSync(path, 0o700);
  }
  for (const name of [...OURS, ...NOT_OURS]) {
    removeNow(join(folders.config, name));
  }
  for (const name of OURS) copy(join(agents_dir, name), join(folders.config, name));
}

/** Removes a folder, also one that is closed to us who own it. Throws with what could not be removed. */
export async function removeTree(root: string): Promise<void> {
  try {
    await Deno.remove(root, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    refuseFailure(root, await removal(root).output());
  }
}

/** The same where nobody can wait. */
function removeNow(root: string): void {
  try {
    rmSync(root, { recursive: true, force: true });
  } catch {
    refuseFailure(root, removal(root).outputSync());
  }
}

function removal(root: string): Deno.Command {
  const script = 'rm -rf -- "$1" 2> /dev/null || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }';
  const args = ["-c", script, "sh", root];
  return new Deno.Command("sh", { args, stdin: "null", stdout: "null", stderr: "piped" });
}

function refuseFailure(root: string, { success, stderr }: Deno.CommandOutput): void {
  if (success) return;
  const [first] = new TextDecoder().decode(stderr).split("\n");
  throw new Error(`${root} could not be removed: ${first}`);
}

/** Writes a file that the CLI is to read. What a run before this one put there may be a link. */
export function writeAnew(path: string, text: string): void {
  removeNow(path);
  Deno.writeTextFileSync(path, text, { mode: 0o600, createNew: true });
}

/** Copies a file or a folder; nothing when it is not there. Links are not followed. */
function copy(from: string, to: string): void {
  const found = lstatSync(from, { throwIfNoEntry: false });
  if (found?.isFile()) return Deno.copyFileSync(from, to);
  if (!found?.isDirectory()) return;
  Deno.mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of Deno.readDirSync(from)) copy(join(from, entry.name), join(to, entry.name));
}
