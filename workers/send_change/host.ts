import type { Change } from "@/db/changes.ts";
import type { Sending } from "@/db/changes/sending.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Connection, PullRequests, RepositoryAt, Wants } from "@/server/providers/provider.ts";
import { repositoryAt } from "@/workers/repository/source.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import type { PushAccess } from "@/workers/workspace/push.ts";
import type { Worker } from "@/workers/worker.ts";

/** Where a workflow's repository is kept. */
export interface Host {
  provider: string;
  repository: string;
  connection: Connection;
  url: URL;
  /** Null: pull requests are not opened there. */
  pull_requests: PullRequests | null;
  /** With a token that may push, and change workflow files only where some are named. */
  access(paths?: string[]): Promise<PushAccess>;
  /** With one that may read. */
  reading(): Promise<PushAccess>;
}

/** What each stage works with. */
export interface At {
  worker: Worker;
  change: Change;
  sending: Sending;
  workflow: Workflow;
  host: Host;
}

/** How its pull requests are reached. */
export const placeOf = ({ connection, repository }: Host): RepositoryAt => ({
  connection,
  repository,
});

/** Throws RepositoryError, for good, where the settings lead to no host. */
export function hostOf(worker: Worker, { repository }: Pick<Workflow, "repository">): Host {
  if (!repository) throw new RepositoryError("The workflow names no repository", "push", true);
  const { provider, name } = repository;
  const source = repositoryAt(worker.clone_urls, repository);
  const connection = worker.connections[provider];
  if (!source || !connection) {
    throw new RepositoryError(`${provider}:${name} cannot be reached from here`, "push", true);
  }
  const withToken = async (wants: Wants) => ({
    url: source.url,
    login: source.login,
    token: await source.tokenFor(connection, name, wants),
  });
  const { isWorkflow } = providers.get(provider)?.repositories ?? {};
  return {
    provider,
    repository: name,
    connection,
    url: new URL(source.url),
    pull_requests: providers.get(provider)?.pull_requests ?? null,
    access: (paths = []) =>
      withToken(isWorkflow && paths.some(isWorkflow) ? "push_workflows" : "push"),
    reading: () => withToken("read"),
  };
}
