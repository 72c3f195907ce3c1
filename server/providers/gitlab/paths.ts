/** Paths of GitLab's API and pages, made of ids. */
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import type { ReplyTarget } from "./schema.ts";

/** Path of what is answered to. */
export function placePath({ project_id, kind, iid, sha }: ReplyTarget): string {
  const project = `/projects/${project_id}`;
  return kind === "commit" ? `${project}/repository/commits/${sha}` : `${project}/${kind}s/${iid}`;
}

/**
 * Path of one note of ours, by the id that `comment` gave.
 * @throws ProviderError when that is no such id
 */
export function notePath(to: ReplyTarget, comment_id: string): string {
  const [, discussion_id, id] = /^(?:([0-9a-z]{1,64})\/)?(\d{1,20})$/i.exec(comment_id) ?? [];
  if (!id || (to.kind === "commit") !== (discussion_id !== undefined)) {
    throw new ProviderError(`"${comment_id}" is no note on a ${to.kind} of GitLab`, {
      permanent: true,
    });
  }
  const discussion = discussion_id ? `/discussions/${discussion_id}` : "";
  return `${placePath(to)}${discussion}/notes/${id}`;
}

/** The page that people open, or null where the project's path is not known. */
export function pageOf(
  { base_url }: Connection,
  to: ReplyTarget,
  comment_id: string,
): string | null {
  if (!to.project) return null;
  const page = to.kind === "commit" ? `commit/${to.sha}` : `${to.kind}s/${to.iid}`;
  const id = comment_id.split("/").at(-1);
  return `${base_url.replace(/\/+$/, "")}/${to.project}/-/${page}#note_${id}`;
}
