/** Where something happened and what it is about, from the stable ids of the payload. Pure. */
import { bodyKind, headerKind } from "./kind.ts";
import type { AnyEvent, Described } from "./schema.ts";

export interface Thing {
  id: string;
  kind: string;
  title: string;
  /** what follows the project's address; null: it has no page */
  path: string | null;
}

/** The host that this came from, or null. */
export function instanceOf({ project, repository }: AnyEvent, headers: Headers): string | null {
  const said = [project?.web_url, repository?.homepage, headers.get("x-gitlab-instance")];
  return said.map(webAddress).find((url) => url !== null)?.host ?? null;
}

/** Address of the project's pages, or null. */
export function baseOf({ project }: AnyEvent): string | null {
  const url = webAddress(project?.web_url);
  return url && url.origin + url.pathname.replace(/\/$/, "");
}

function webAddress(address: string | null | undefined): URL | null {
  const url = URL.parse((address ?? "").slice(0, 2000));
  return url && /^https?:$/.test(url.protocol) && url.username === "" ? url : null;
}

/** The project, else the group. */
export function containerOf(any: AnyEvent): { id: string; name: string } | null {
  const { project, group, project_name } = any;
  const id = projectId(any);
  if (id !== null) {
    return { id: String(id), name: project?.path_with_namespace ?? project_name ?? String(id) };
  }
  const group_id = any.group_id ?? group?.group_id ?? null;
  if (group_id === null) return null;
  const name = any.full_path ?? any.group_path ?? group?.group_path ?? String(group_id);
  return { id: `group:${group_id}`, name };
}

export const projectId = ({ project, project_id }: AnyEvent): number | null =>
  project?.id ?? project_id ?? null;

/** What the event is about. Issues and merge requests have number spaces of their own. */
export function objectOf(any: AnyEvent, headers: Headers): Thing | null {
  const attributes = any.object_attributes;
  switch (bodyKind(any) ?? headerKind(headers.get("x-gitlab-event"))) {
    case "note":
      return noteableOf(any);
    case "issue":
    case "work_item":
      return issue(attributes);
    case "merge_request":
      return mergeRequest(attributes);
    case "release":
      return named("release", any.tag, `/-/releases/${encodeURIComponent(String(any.tag))}`);
    case "wiki_page":
      return named("wiki_page", attributes?.slug, null);
    default:
      return issue(any.issue) ?? ownMergeRequest(any) ?? codeOf(any) ?? otherOf(any);
  }
}

/** What a note was written on; null for kinds that take no answer over REST. */
function noteableOf(any: AnyEvent): Thing | null {
  switch (any.object_attributes?.noteable_type) {
    case "Issue":
      return issue(any.issue);
    case "MergeRequest":
      return mergeRequest(any.merge_request);
    case "Commit":
      return commit(any.object_attributes.commit_id, any.commit?.title);
    case "Snippet":
      return snippet(any.snippet);
    default:
      return null;
  }
}

/** A pipeline of a fork runs over there and names a merge request of this project. */
function ownMergeRequest(any: AnyEvent): Thing | null {
  const target = any.merge_request?.target_project_id ?? null;
  return target === null || target === projectId(any) ? mergeRequest(any.merge_request) : null;
}

function codeOf({ object_attributes, sha, ref }: AnyEvent): Thing | null {
  const commit_sha = object_attributes?.sha ?? sha ?? null;
  if (commit_sha) return commit(commit_sha, null);
  return ref ? { id: `:${ref}`, kind: "ref", title: ref, path: null } : null;
}

function otherOf(any: AnyEvent): Thing | null {
  const { object_attributes, user_id } = any;
  const kind = bodyKind(any) ?? "object";
  if (object_attributes) return named(kind, object_attributes.id, null, object_attributes.title);
  return containerOf(any)?.id.startsWith("group:") ? named("user", user_id, null) : null;
}

type Maybe<T> = T | null | undefined;

const issue = (of: Maybe<Described>): Thing | null =>
  numbered("issue", "#", "/-/issues/", of?.iid, of?.title);
const mergeRequest = (of: Maybe<Described>): Thing | null =>
  numbered("merge_request", "!", "/-/merge_requests/", of?.iid, of?.title);
const snippet = (of: Maybe<Described>): Thing | null =>
  numbered("snippet", "$", "/-/snippets/", of?.id, of?.title);

function numbered(
  kind: string,
  sign: string,
  path: string,
  number: Maybe<number>,
  title: Maybe<string>,
): Thing | null {
  if (!number) return null;
  return { id: sign + number, kind, title: title || sign + number, path: path + number };
}

function commit(sha: Maybe<string>, title: Maybe<string>): Thing | null {
  if (!/^[0-9a-f]{7,64}$/.test(sha ?? "")) return null;
  return { id: `@${sha}`, kind: "commit", title: title || sha!, path: `/-/commit/${sha}` };
}

function named(
  kind: string,
  id: Maybe<string | number | boolean>,
  path: string | null,
  title?: Maybe<string>,
): Thing | null {
  if (typeof id === "boolean" || !id) return null;
  return { id: `/${kind}/${id}`, kind, title: title || `${kind} ${id}`, path };
}
