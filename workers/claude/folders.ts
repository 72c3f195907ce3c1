import { Buffer } from "node:buffer";
import { hkdfSync } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";

/** The folders of one run, each 0700. `root` is `DATA_DIR/runs/{task_id}`, or what `hiddenName` makes of it. */
export interface RunFolders {
  root: string;
  home: string;
  work: string;
  /** The CLI's CLAUDE_CONFIG_DIR: agents and skills, transcripts. */
  config: string;
  tmp: string;
}

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

/** Makes the folders where they are missing. Throws when one is a link, as an earlier run may leave. */
export function makeFolders({ root, home, work, config, tmp }: RunFolders): void {
  for (const path of [root, home, work, config, tmp]) {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = Deno.lstatSync(path);
    if (!found.isDirectory) throw new Error(`${path} is not a folder; remove it and try again.`);
    if ((found.mode! & 0o777) !== 0o700) Deno.chmodSync(path, 0o700);
  }
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
export function removeNow(root: string): void {
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
