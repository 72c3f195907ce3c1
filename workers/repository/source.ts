/** Which repository a task is about, and how its host wants to be asked for it. Pure. */
import { z } from "zod";
import type { RepositoryRequest } from "@/workers/repository.ts";

const about = z.object({
  provider: z.string(),
  repository: z.string().max(2000),
  repository_id: z.string().nullish(),
  number: z.int().positive().nullish(),
  is_pull_request: z.boolean().nullish(),
});

interface Host {
  /** most parts of a repository's path; at GitLab groups may hold groups */
  depth: number;
  /** what a pull request is called where it is fetched */
  change: "pull" | "merge_request";
  /** the user name beside a token */
  login: string;
}

const HOSTS: Record<string, Host> = {
  github: { depth: 2, change: "pull", login: "x-access-token" },
  gitlab: { depth: 30, change: "merge_request", login: "oauth2" },
};

export interface Source extends Pick<RepositoryRequest, "url" | "ref"> {
  provider: string;
  repository: string;
  login: string;
}

/** Takes where a task came from; null where that is no repository that can be fetched. */
export function sourceOf(
  clone_urls: Record<string, string>,
  source_metadata: unknown,
): Source | null {
  const read = about.safeParse(source_metadata).data;
  if (!read || !Object.hasOwn(HOSTS, read.provider)) return null;
  const { provider, repository, repository_id, number, is_pull_request } = read;
  const { depth, change, login } = HOSTS[provider];
  const base = clone_urls[provider];
  // what is about a group of GitLab's has its path in the place of a project's
  if (!base || !isPath(repository, depth) || repository_id?.startsWith("group:")) return null;
  return {
    provider,
    repository,
    login,
    url: `${base}/${repository}.git`,
    ref: is_pull_request && number ? { kind: change, number } : { kind: "default" },
  };
}

/** Its parts stand in an address that a token goes to: none may lead elsewhere. */
function isPath(name: string, depth: number): boolean {
  const parts = name.split("/");
  const good = parts.every((part) => /^[\w.-]{1,255}$/.test(part) && !/^\.+$/.test(part));
  return good && parts.length >= 2 && parts.length <= depth;
}
