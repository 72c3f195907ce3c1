import { Buffer } from "node:buffer";
import { hkdfSync } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";

/** Each 0700. `root` is `DATA_DIR/runs/{task_id}`, or what `hiddenName` makes of it. */
export interface RunFolders {
  root: string;
  home: string;
  work: string;
  /** CLAUDE_CONFIG_DIR. */
  config: string;
  tmp: string;
}

/** Others may read paths among program arguments: this name does not tell the task's id. */
export function hiddenName(secret_key: string, task_id: string): string {
  const info = `claude-code-agent run folder v1:${task_id}`;
  return Buffer.from(hkdfSync("sha256", secret_key, "", info, 16)).toString("hex");
}

export function runFolders(root: string): RunFolders {
  return {
    root,
    home: join(root, "home"),
    work: join(root, "work"),
    config: join(root, "config"),
    tmp: join(root, "tmp"),
  };
}

/** Throws when one of them is a link: an earlier run of the same task may have put it there. */
export function makeFolders({ root, home, work, config, tmp }: RunFolders): void {
  for (const path of [root, home, work, config, tmp]) {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = Deno.lstatSync(path);
    if (!found.isDirectory) throw new Error(`${path} is not a folder; remove it and try again.`);
    if ((found.mode! & 0o777) !== 0o700) Deno.chmodSync(path, 0o700);
  }
}

/** Also a folder that is closed to us who own it. Throws. */
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

/** An earlier run may have left a link there. */
export function writeAnew(path: string, text: string): void {
  removeNow(path);
  Deno.writeTextFileSync(path, text, { mode: 0o600, createNew: true });
}
