import { repositoryFor } from "@/db/repositories.ts";
import { repositoryAt } from "@/workers/repository/source.ts";
import { persist } from "@/workers/persist.ts";
import type { Running } from "@/workers/run/running.ts";
import { fetchLfs, type Lfs, lfsProblem } from "@/workers/workspace/lfs.ts";
import { type AccessTo, fetchSubmodules, type Submodules } from "@/workers/workspace/submodules.ts";
import type { Workspace, WorkspaceRequest } from "@/workers/workspace.ts";
import type { Worker } from "@/workers/worker.ts";

/** What is fetched beside the repository's own files; null: an operator does not allow it. */
export interface Beside {
  submodules: Submodules | null;
  lfs: Lfs | null;
}

export async function fetchBeside(
  worker: Worker,
  { run }: Running,
  { provider, repository: name }: { provider: string; repository: string },
  request: WorkspaceRequest,
  workspace: Workspace,
): Promise<Beside> {
  const { contents } = workspace;
  if (contents.submodules === 0 && !contents.lfs) return { submodules: null, lfs: null };
  const allowed = await persist(
    () => repositoryFor(worker.db, { provider, name }),
    run.ending,
  );
  const accessTo = accessAt(worker, provider);
  return {
    submodules: allowed.submodules && contents.submodules > 0
      ? await fetchSubmodules(request, workspace, accessTo)
      : null,
    lfs: allowed.lfs && contents.lfs
      ? await fetchLfs(request, workspace).catch((error) => lfsProblem(error, request.signal))
      : null,
  };
}

/** Each with a token for itself alone, where our app acts. */
function accessAt({ clone_urls, connections }: Worker, provider: string): AccessTo {
  return async ({ href }) => {
    const base = `${clone_urls[provider]}/`;
    if (!href.startsWith(base)) return null;
    const name = href.slice(base.length).replace(/\.git\/?$|\/$/, "");
    const source = repositoryAt(clone_urls, { provider, name, branch: null });
    if (!source) return null;
    const connection = connections[provider];
    const token = connection ? await source.tokenFor(connection, name) : null;
    return { url: source.url, login: source.login, token };
  };
}
