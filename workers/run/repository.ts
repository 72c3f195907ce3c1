import { join } from "node:path";
import { setBaseCommit } from "@/db/tasks/run.ts";
import { persist } from "@/workers/persist.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { showObjects } from "@/workers/claude/shown_objects.ts";
import { openWorkspace, RepositoryError, type Workspace } from "@/workers/workspace.ts";
import { type Beside, fetchBeside } from "@/workers/run/fetch_beside.ts";
import { keepWorkspace } from "@/workers/run/kept_workspace.ts";
import { type WantedRepository, wantedRepository } from "@/workers/run/wanted_repository.ts";
import { repositoryText } from "@/workers/run/repository_text.ts";
import { lookAtFirstUse } from "@/workers/run/preflight.ts";
import { note } from "@/workers/run/notes.ts";
import { runId, type Running } from "@/workers/run/running.ts";
import { changesOf } from "@/workers/workspace/changes.ts";
import { writeOwnGit } from "@/workers/workspace/own_git.ts";
import type { Worker } from "@/workers/worker.ts";

const TIMEOUT_SECONDS = 300;
export const FOLDER = "repository";

/** Returns what the prompt says of it. Throws RepositoryError when a task needs it. */
export async function fetchRepository(
  worker: Worker,
  running: Running,
  folders: RunFolders,
): Promise<string | null> {
  const { task, writer, unseen } = running;
  const source = wantedRepository(worker.clone_urls, task, running.workflow);
  if (!source) return withoutRepository(task.requires_repository);
  const { repository } = source;
  try {
    return await prepareFiles(worker, running, folders, source);
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    const problem = `The repository ${repository} could not be fetched: ${error.message}`;
    if (task.requires_repository) throw new RepositoryError(problem);
    writer.add(note(problem));
    unseen.skipped.push(`the code of ${repository}, which could not be fetched`);
    return `${problem}. Work from what is written here, and say in your answer that you have not ` +
      `seen the code.`;
  }
}

async function prepareFiles(
  worker: Worker,
  running: Running,
  folders: RunFolders,
  { provider, repository, tokenFor, ...from }: WantedRepository,
): Promise<string> {
  const { task, run, writer, unseen } = running;
  const connection = worker.connections[provider];
  await Deno.mkdir(folders.work, { recursive: true, mode: 0o700 });
  const request = {
    ...from,
    token: connection ? await tokenFor(connection, repository) : null,
    data_dir: worker.data_dir,
    task_id: task.task_id,
    dest: join(folders.work, FOLDER),
    timeout_seconds: TIMEOUT_SECONDS,
    run_id: runId(running),
    signal: run.ending,
  };
  const workspace = await openWorkspace(request);
  worker.spares.prepare(workspace, from.url);
  await lookAtFirstUse(worker, { provider, name: repository });
  const beside = await fetchBeside(worker, running, { provider, repository }, request, workspace);
  const kept = { ...workspace, lfs: beside.lfs?.fetched ?? [] };
  running.workspace = kept;
  await persist(() => setBaseCommit(worker.db, running.claim, workspace.commit), run.ending);
  if (from.writable || task.step === "planning") await keepWorkspace(kept);
  const { commit, ref } = workspace;
  writer.add(note(`Fetched ${repository}, ${ref} at ${commit.slice(0, 12)}.`, { commit, ref }));
  const has_git = await showGit(worker, running, folders, workspace);
  const changes = from.ref ? await changesOf(request, workspace, folders.work) : null;
  unseen.skipped.push(...notFetched(workspace, beside));
  if (changes?.left_out.length) {
    unseen.cut_off.push(`the differences of ${changes.left_out.length} files, which are too long`);
  }
  const { writable } = from;
  return repositoryText({
    repository,
    folder: FOLDER,
    writable,
    workspace,
    beside,
    has_git,
    changes,
  });
}

function notFetched({ contents }: Workspace, { submodules, lfs }: Beside): string[] {
  const without_submodules = submodules ? submodules.left_out.length > 0 : contents.submodules > 0;
  const without_lfs = lfs ? lfs.left_out !== null : contents.lfs;
  return [
    ...(without_submodules ? ["submodules, which are not fetched"] : []),
    ...(without_lfs ? ["files of Git LFS, which are not fetched"] : []),
  ];
}

/** Only a run with a shell can use it, and only a mount shows the objects without a way to write. */
async function showGit(
  { claude }: Worker,
  { task }: Running,
  folders: RunFolders,
  workspace: Workspace,
): Promise<boolean> {
  const shown = task.tool_profile === "full" && claude.isolation.mount_namespace;
  showObjects(folders, shown ? join(workspace.bare, "objects") : null);
  if (shown) await writeOwnGit(workspace, null);
  return shown;
}

function withoutRepository(required: boolean): null {
  if (!required) return null;
  throw new RepositoryError("This needs the code of a repository, and it came from none");
}
