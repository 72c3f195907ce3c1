import type { GitRun } from "@/workers/repository/git.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { inBare } from "@/workers/workspace/bare.ts";
import { fullRef, headRef, keptRef, shortRef } from "@/workers/workspace/refs.ts";

export interface Wanted {
  /** Null: the default branch. */
  ref: string | null;
  /** Ours, which may not be there yet. */
  branch?: string | null;
  /** What a change is compared with; null: the default branch. */
  base?: string | null;
  commit?: string | null;
}

export interface Fetched {
  base_branch: string;
  base_commit: string;
  head: string;
  ref: string;
}

type Refs = Map<string, string>;

/** Full history of what is wanted, and only when something of it is new. */
export async function fetchWanted(run: GitRun, wanted: Wanted): Promise<Fetched> {
  const { there, default_branch } = await askHost(run, wanted);
  const own = wanted.branch ? headRef(wanted.branch) : null;
  const base_ref = baseOf(wanted, there, default_branch);
  const asked = wanted.ref === null ? headRef(default_branch) : fullRef(wanted.ref);
  const ref = own && there.has(own) ? own : asked;
  if (!there.has(ref) && !wanted.commit) throw gone(run);
  const needed = [...new Set([headRef(default_branch), base_ref, ref])].filter((r) => there.has(r));
  await fetchNew(run, needed, there);
  const head = wanted.commit
    ? await exactly(run, wanted.commit)
    : await commitOf(run, keptRef(ref));
  const base_commit = await mergeBase(run, head, keptRef(base_ref));
  return { base_branch: shortRef(base_ref), base_commit, head, ref: shortRef(ref) };
}

/** A base branch that disappeared meanwhile is replaced by the default one. */
function baseOf({ base }: Wanted, there: Refs, default_branch: string): string {
  const named = base ? headRef(base) : null;
  return named && there.has(named) ? named : headRef(default_branch);
}

async function askHost(run: GitRun, { ref, branch, base }: Wanted) {
  const names = [
    ref === null ? null : fullRef(ref),
    branch ? headRef(branch) : null,
    base ? headRef(base) : null,
  ].filter((name) => name !== null);
  const said = await inBare(run, ["ls-remote", "--symref", "origin", "HEAD", ...names]);
  const default_branch = said.match(/^ref: refs\/heads\/(\S+)\tHEAD$/m)?.[1];
  if (!default_branch) throw new RepositoryError(`The repository ${run.url.href} is empty`);
  const lines = said.split("\n").map((line) => line.split("\t"));
  const there: Refs = new Map(lines.map(([commit, name]) => [name, commit]));
  there.set(headRef(default_branch), there.get("HEAD")!);
  return { there, default_branch };
}

/** A ref that stands where the host has it is whole: git moves refs behind the objects. */
async function fetchNew(run: GitRun, needed: string[], there: Refs): Promise<void> {
  const kept = await keptRefs(run);
  const fresh = needed.filter((ref) => kept.get(keptRef(ref)) !== there.get(ref));
  if (fresh.length === 0) return;
  const specs = fresh.map((ref) => `+${ref}:${keptRef(ref)}`);
  await inBare(run, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", ...specs]);
}

export async function keptRefs(run: GitRun): Promise<Refs> {
  const format = "--format=%(refname)%09%(objectname)";
  const listed = await inBare(run, ["for-each-ref", format, "refs/remotes/"]);
  return new Map(
    listed.split("\n").filter(Boolean).map((line) => line.split("\t") as [string, string]),
  );
}

const commitOf = async (run: GitRun, name: string): Promise<string> =>
  (await inBare(run, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`])).trim();

async function exactly(run: GitRun, commit: string): Promise<string> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) throw gone(run);
  const here = () => commitOf(run, commit).catch(() => null);
  if (await here()) return commit;
  await inBare(run, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", commit]);
  if (await here()) return commit;
  throw gone(run);
}

/** Histories that share nothing have none. */
async function mergeBase(run: GitRun, head: string, base: string): Promise<string> {
  const found = await inBare(run, ["merge-base", head, base]).catch(() => null);
  return found?.trim() || await commitOf(run, base);
}

const gone = ({ url }: GitRun): RepositoryError =>
  new RepositoryError(
    `The repository ${url.href} does not have what was asked for: the pull request, merge request or branch is gone`,
  );
