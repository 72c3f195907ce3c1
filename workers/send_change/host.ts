import type { Change } from "@/db/changes.ts";
import type { Sending } from "@/db/changes/sending.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Connection, PullRequests } from "@/server/providers/provider.ts";
import { repositoryAt } from "@/workers/repository/source.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import type { PushAccess } from "@/workers/workspace/push.ts";
import type { Worker } from "@/workers/worker.ts";

/** Where a workflow's repository is kept. */
export interface Host {
  provider: string;
  repository: string;
  connection: Connection;
  access: PushAccess;
  /** Null: pull requests are not opened there. */
  pull_requests: PullRequests | null;
}

/** What each stage works with. */
export interface At {
  worker: Worker;
  change: Change;
  sending: Sending;
  workflow: Workflow;
  host: Host;
}

/** Throws RepositoryError, for good, where the settings lead to no host. */
export async function hostOf(worker: Worker, { repository }: Workflow): Promise<Host> {
  if (!repository) throw new RepositoryError("The workflow names no repository", "push", true);
  const source = repositoryAt(worker.clone_urls, repository);
  const connection = worker.connections[repository.provider];
  if (!source || !connection) {
    throw new RepositoryError(
      `${repository.provider}:${repository.name} cannot be reached from here`,
      "push",
      true,
    );
  }
  const token = await source.tokenFor(connection, repository.name, "push");
  return {
    provider: repository.provider,
    repository: repository.name,
    connection,
    access: { url: source.url, login: source.login, token },
    pull_requests: providers.get(repository.provider)?.pull_requests ?? null,
  };
}
