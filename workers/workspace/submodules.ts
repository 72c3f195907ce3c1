import { join } from "node:path";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { type LocalGit, localGit } from "@/workers/workspace/local_git.ts";
import { closeTree, openFolders } from "@/workers/workspace/modes.ts";
import { pathProblem } from "@/workers/workspace/path_problem.ts";
import { readTree } from "@/workers/workspace/tree.ts";
import {
  openWorkspace,
  type RepositoryAccess,
  type Workspace,
  type WorkspaceRequest,
} from "@/workers/workspace.ts";

export interface Submodules {
  /** Their folders. */
  fetched: string[];
  left_out: { path: string; why: string }[];
}

/** How another repository of the same host is reached; null: it is none that may be. */
export type AccessTo = (url: URL) => Promise<RepositoryAccess | null>;

const GITLINK = "160000";
const MOST = 30;

/**
 * Puts submodules into their folders, to be read. Their addresses are those of the base: what is
 * proposed must not choose what our token reads. None of git's own commands for them runs.
 */
export async function fetchSubmodules(
  request: WorkspaceRequest,
  workspace: Workspace,
  accessTo: AccessTo,
): Promise<Submodules> {
  const { bare, head, base_commit, files } = workspace;
  const git = localGit({ git_dir: bare, stage: "fetch", doing: "Reading submodules" });
  const links = [...await readTree(git, head)].filter(([, { mode }]) => mode === GITLINK);
  const urls = await urlsOf(git, base_commit);
  const found: Submodules = { fetched: [], left_out: [] };
  await openFolders(files);
  for (const [n, [path, { id }]] of links.entries()) {
    const one = { n, path, commit: id, url: urls.get(path) };
    const why = await fetchOne(request, workspace, one, accessTo);
    if (why === null) found.fetched.push(path);
    else found.left_out.push({ path, why });
  }
  if (!request.writable) await closeTree(files);
  return found;
}

/** By their folders, as `.gitmodules` of a commit says it. */
async function urlsOf(git: LocalGit, commit: string): Promise<Map<string, string>> {
  const args = ["config", "--blob", `${commit}:.gitmodules`, "-z", "--get-regexp"];
  const { code, stdout } = await git.ask([...args, "^submodule\\..*\\.(path|url)$"]);
  const named = new Map<string, { path?: string; url?: string }>();
  for (const entry of code === 0 ? stdout.split("\0").filter(Boolean) : []) {
    const [key, ...value] = entry.split("\n");
    const [, name, what] = /^submodule\.([^]*)\.(path|url)$/.exec(key) ?? [];
    named.set(name, { ...named.get(name), [what]: value.join("\n") });
  }
  const pairs = [...named.values()].flatMap(({ path, url }) =>
    path !== undefined && url !== undefined ? [[path, url] as const] : []
  );
  return new Map(pairs);
}

interface Submodule {
  n: number;
  path: string;
  commit: string;
  url: string | undefined;
}

/** Why it is not there, or null. */
async function fetchOne(
  request: WorkspaceRequest,
  { files }: Workspace,
  { n, path, commit, url: said }: Submodule,
  accessTo: AccessTo,
): Promise<string | null> {
  if (n >= MOST) return `only the first ${MOST} are fetched`;
  const problem = pathProblem(path);
  if (problem) return problem;
  if (said === undefined) return "the base branch names no address for it";
  const url = sameHost(said, new URL(request.url));
  const access = url && await accessTo(url);
  if (!access) return "its address is not at the repository's own host";
  try {
    const { contents } = await openWorkspace({
      ...request,
      ...access,
      ref: null,
      branch: null,
      base: null,
      commit,
      writable: false,
      merges_base: false,
      task_id: `${request.task_id}-s${n}`,
      dest: join(files, path),
    });
    return contents.submodules > 0 || contents.lfs
      ? "it is there, without submodules and files of Git LFS of its own"
      : null;
  } catch (error) {
    await Deno.mkdir(join(files, path), { recursive: true });
    if (error instanceof RepositoryError && !request.signal?.aborted) return error.message;
    throw error;
  }
}

/** As git reads it: relative to the repository's own, by ssh as by https. */
function sameHost(said: string, own: URL): URL | null {
  const by_ssh = /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+)(?::\d+\/|[:/])(.+)$/.exec(said);
  const text = by_ssh?.[1] === own.hostname ? `${own.origin}/${by_ssh[2]}` : said;
  const url = URL.parse(text, /^\.\.?\//.test(text) ? `${own.href}/` : undefined);
  if (!url || url.origin !== own.origin || url.username || url.password) return null;
  return url.search || url.hash ? null : url;
}
