import type { Sql } from "@/db/client.ts";
import { readRepository } from "@/db/nouns/repository_name.ts";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";
import { listRepositories, type Repository, repositoryFor } from "@/db/repositories.ts";
import type { AppDeps } from "@/server/env.ts";
import { invalid } from "@/server/errors.ts";
import { isAllowed } from "@/server/repositories/allowed.ts";
import { hostProblem, hosts } from "@/server/repositories/hosts.ts";
import { namedBy } from "@/server/repositories/named.ts";

export type RepositoryView = Omit<Repository, "repository_id">;

const keyOf = ({ provider, name }: Pick<RepositoryRef, "provider" | "name">): string =>
  `${provider}:${name}`.toLowerCase();

/** Those that tasks have used or somebody looked at, and those that webhooks name, by name. */
export async function repositoryViews(deps: AppDeps): Promise<RepositoryView[]> {
  const known = (await listRepositories(deps.db)).filter(({ provider }) =>
    hosts().includes(provider)
  );
  const views = new Map<string, RepositoryView>(known.map((row) => [keyOf(row), row]));
  for (const named of namedBy(deps.webhooks.all())) {
    if (!views.has(keyOf(named))) views.set(keyOf(named), unseen(named));
  }
  return [...views.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, view]) => view);
}

const unseen = ({ provider, name }: RepositoryRef): RepositoryView => ({
  provider,
  name,
  submodules: false,
  lfs: false,
  preflight: null,
  preflight_error: null,
  looked_at: null,
  look_wanted_at: null,
});

/** The row of one of them, by its name; made where there is none. Throws 422. */
export async function findRepository(
  { webhooks, config }: AppDeps,
  tx: Sql,
  text: string,
): Promise<Repository> {
  const problem = hostProblem(text);
  const read = readRepository(text);
  if (problem !== null || !read.ok) throw invalid("repository", problem ?? "cannot be read");
  const named = () => namedBy(webhooks.all());
  const is_known = async () =>
    (await listRepositories({ sql: tx })).some((row) => keyOf(row) === keyOf(read.repository));
  const may = isAllowed(read.repository, { patterns: config.repositories, named }) ||
    await is_known();
  if (!may) throw invalid("repository", "is not among those that tasks may use");
  return await repositoryFor({ sql: tx }, read.repository);
}
