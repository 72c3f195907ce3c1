import type { AnyEvent, ReplyTarget } from "./schema.ts";

export type Target = ReplyTarget & { installation_id: number | null };

/** The place that `about` names; what it leaves out is the issue or pull request as a whole. */
export function targetOf(
  { full_name }: { full_name: string },
  installation: AnyEvent["installation"],
  about: Partial<ReplyTarget> & { number: number },
): Target {
  return {
    repository: full_name,
    is_pull_request: false,
    on: "issue",
    comment_id: null,
    thread_comment_id: null,
    ...about,
    installation_id: installation?.id ?? null,
  };
}

interface Sides {
  head?: Side;
  base?: Side;
}
type Side = { repo?: { full_name: string } | null } | null;

/** A head repository that is gone was a fork. */
export function isFork({ head, base }: Sides): boolean {
  return !head?.repo || head.repo.full_name !== base?.repo?.full_name;
}
