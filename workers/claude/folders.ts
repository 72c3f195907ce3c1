import { join } from "node:path";

/** The folders of one run, each 0700. `root` is `DATA_DIR/runs/{task_id}`. */
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
export async function prepareFolders(folders: RunFolders, agents_dir: string): Promise<void> {
  for (const path of [folders.root, folders.home, folders.work, folders.config, folders.tmp]) {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    const found = await Deno.lstat(path);
    if (!found.isDirectory) throw new Error(`${path} is not a folder; remove it and try again.`);
    await Deno.chmod(path, 0o700);
  }
  for (const name of [...OURS, ...NOT_OURS]) await removeIfThere(join(folders.config, name));
  for (const name of OURS) await copy(join(agents_dir, name), join(folders.config, name));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Copies a file or a folder; nothing when it is not there. Links are not followed. */
async function copy(from: string, to: string): Promise<void> {
  const found = await Deno.lstat(from).catch(() => null);
  if (found?.isFile) return await Deno.copyFile(from, to);
  if (!found?.isDirectory) return;
  await Deno.mkdir(to, { recursive: true, mode: 0o700 });
  for await (const entry of Deno.readDir(from)) {
    await copy(join(from, entry.name), join(to, entry.name));
  }
}
