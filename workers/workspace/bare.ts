import { dirname, join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import { git, type GitRun } from "@/workers/repository/git.ts";
import { ownRef, ownRefs, unpackOthers } from "@/workers/workspace/own_refs.ts";
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

/** A new one; what worktrees and refs of ours alone had is brought over by `recover`. */
export async function rebuildBare(run: GitRun, { bare }: Places): Promise<void> {
  const [aside, damaged] = [`${bare}.new`, `${bare}.damaged`];
  await init(run, aside);
  await removeTree(damaged);
  await Deno.rename(bare, damaged);
  await Deno.rename(aside, bare);
}

/** After the fetch: a worktree whose commit nobody has would make git doubt every later one. */
export async function recover(run: GitRun, { bare }: Places): Promise<void> {
  const damaged = `${bare}.damaged`;
  if (!await exists(damaged)) return;
  await makeReadable(damaged);
  for (const id of takenWorktrees(damaged)) {
    const from = metadataOf(damaged, id);
    const head = (await Deno.readTextFile(join(from, "HEAD")).catch(() => "")).trim();
    if (await exists(metadataOf(bare, id)) || !await bring(run, damaged, head)) continue;
    await Deno.mkdir(join(bare, "worktrees"), { recursive: true });
    await Deno.rename(from, metadataOf(bare, id));
  }
  for (const [task_id, commit] of await ownRefs(damaged)) {
    if (await bring(run, damaged, commit)) {
      await inBare(run, ["update-ref", ownRef(task_id), commit]);
    }
  }
  await removeTree(damaged);
}

/** Its objects may be whole where it is no repository any more. */
async function makeReadable(damaged: string): Promise<void> {
  await Deno.mkdir(join(damaged, "refs"), { recursive: true });
  await Deno.writeTextFile(join(damaged, "HEAD"), "ref: refs/heads/none\n");
  await Deno.writeTextFile(join(damaged, "config"), "[core]\n\tbare = true\n");
}

async function bring(run: GitRun, damaged: string, commit: string): Promise<boolean> {
  const has = () =>
    inBare(run, ["cat-file", "-e", `${commit}^{tree}`]).then(() => true, () => false);
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  if (await has()) return true;
  const from_there = ["-c", "protocol.file.allow=always", "fetch", "--quiet", "--no-tags", damaged];
  await inBare(run, [...from_there, commit]).catch(() => {});
  return await has();
}

/** What the host has was moved in a way that ours stand in its way. They come again. */
export async function forgetRefs(bare: string): Promise<void> {
  await removeTree(join(bare, "refs", "remotes"));
  await unpackOthers(bare);
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

export const exists = (path: string): Promise<boolean> =>
  Deno.lstat(path).then(() => true, () => false);
