import { z } from "zod";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Repositories } from "@/server/providers/provider.ts";
import type { WorkspaceRequest } from "@/workers/workspace.ts";

const about = z.object({
  provider: z.string(),
  repository: z.string().max(2000),
  repository_id: z.string().nullish(),
  number: z.int().positive().nullish(),
  is_pull_request: z.boolean().nullish(),
});

export interface Source extends Pick<WorkspaceRequest, "url" | "ref" | "login"> {
  provider: string;
  repository: string;
  tokenFor: NonNullable<Repositories["token"]>;
}

/** Null where a task came from no repository that can be fetched. */
export function sourceOf(
  clone_urls: Record<string, string>,
  source_metadata: unknown,
): Source | null {
  const read = about.safeParse(source_metadata).data;
  const host = providers.get(read?.provider ?? "")?.repositories;
  if (!read || !host) return null;
  const { provider, repository, repository_id, number, is_pull_request } = read;
  const base = clone_urls[provider];
  // what is about a group of GitLab's has its path in the place of a project's
  if (!base || !isPath(repository, host.depth) || repository_id?.startsWith("group:")) return null;
  return {
    provider,
    repository,
    login: host.login,
    tokenFor: host.token ?? (({ token }) => Promise.resolve(token)),
    url: `${base}/${repository}.git`,
    ref: is_pull_request && number ? `${host.changes}/${number}/head` : null,
  };
}

/** Where a repository that a workflow names is fetched from; null: from nowhere that is set up. */
export function repositoryAt(
  clone_urls: Record<string, string>,
  { provider, name, branch }: RepositoryRef,
): Source | null {
  const found = sourceOf(clone_urls, { provider, repository: name });
  return found && { ...found, ref: branch === null ? null : `heads/${branch}` };
}

/** Its parts stand in an address that a token goes to: none may lead elsewhere. */
function isPath(name: string, depth: number): boolean {
  const parts = name.split("/");
  const good = parts.every((part) => /^[\w.-]{1,255}$/.test(part) && !/^\.+$/.test(part));
  return good && parts.length >= 2 && parts.length <= depth;
}
