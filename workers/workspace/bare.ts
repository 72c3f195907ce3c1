import { dirname, join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import { git, type GitRun } from "@/workers/repository/git.ts";
import { metadataOf, type Places, takenWorktrees } from "@/workers/workspace/places.ts";

/** In the bare repository itself, wherever git would look for one. */
export const inBare = (run: GitRun, args: string[]): Promise<string> =>
  git(run, [`--git-dir=${run.dest}`, ...args]);

export async function makeBare(run: GitRun, { bare }: Places): Promise<void> {
  if (await exists(bare)) return;
  const aside = `${bare}.new`;
  await init(run, aside);
  await Deno.rename(aside, bare);
}

/** A new one that knows the same worktrees, with what they alone had as far as it can be read. */
export async function rebuildBare(run: GitRun, { bare }: Places): Promise<void> {
  const [aside, damaged] = [`${bare}.new`, `${bare}.damaged`];
  await init(run, aside);
  await removeTree(damaged);
  await Deno.mkdir(join(aside, "worktrees"));
  for (const id of takenWorktrees(bare)) await copy(metadataOf(bare, id), metadataOf(aside, id));
  await Deno.rename(bare, damaged);
  await Deno.rename(aside, bare);
}

/** After the fetch: commits of ours that no host has. */
export async function recover(run: GitRun, { bare }: Places): Promise<void> {
  const damaged = `${bare}.damaged`;
  if (!await exists(damaged)) return;
  for (const id of takenWorktrees(bare)) {
    const head = (await Deno.readTextFile(join(metadataOf(bare, id), "HEAD")).catch(() => ""))
      .trim();
    const fetch = [
      "-c",
      "protocol.file.allow=always",
      "fetch",
      "--quiet",
      "--no-tags",
      damaged,
      head,
    ];
    await inBare(run, fetch).catch(() => {});
  }
  await removeTree(damaged);
}

/** git itself never leaves them behind but when it is killed, and the lock says that none runs. */
export async function removeStaleLocks(bare: string, folder = bare): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const is_ours = !["objects", "worktrees"].includes(name) || folder !== bare;
    if (isDirectory && is_ours) await removeStaleLocks(bare, path);
    else if (name.endsWith(".lock")) await removeTree(path);
  }
}

async function init(run: GitRun, at: string): Promise<void> {
  await removeTree(at);
  await Deno.mkdir(dirname(at), { recursive: true, mode: 0o700 });
  const outside = { ...run, dest: dirname(at) };
  await git(outside, ["init", "--quiet", "--bare", "--template=", at]);
  const set = (name: string, value: string) =>
    inBare({ ...run, dest: at }, ["config", name, value]);
  await set("remote.origin.url", run.url.href);
  // A file that changes its owner or mode, as those of a run do, is not a changed file.
  await set("core.checkStat", "minimal");
  await set("core.trustctime", "false");
}

/** Of one folder: what belongs to a worktree lies flat. */
async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile) await Deno.copyFile(join(from, name), join(to, name));
  }
}

export const exists = (path: string): Promise<boolean> =>
  Deno.lstat(path).then(() => true, () => false);
