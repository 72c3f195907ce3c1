import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import type { ReplyTarget } from "./schema.ts";

export function placePath({ project_id, kind, iid, sha }: ReplyTarget): string {
  const project = `/projects/${project_id}`;
  return kind === "commit" ? `${project}/repository/commits/${sha}` : `${project}/${kind}s/${iid}`;
}

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
