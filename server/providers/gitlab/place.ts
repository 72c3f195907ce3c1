import { containerOf, projectId, webAddress } from "./container.ts";
import { bodyKind, headerKind } from "./kind.ts";
import type { AnyEvent, Described } from "./schema.ts";

export interface Thing {
  id: string;
  kind: string;
  title: string;
  path: string | null;
}

/** What the event is about. Issues and merge requests have number spaces of their own. */
export function objectOf(any: AnyEvent, headers: Headers): Thing | null {
  const attributes = any.object_attributes;
  const kind = bodyKind(any) ?? headerKind(headers.get("x-gitlab-event"));
  switch (kind) {
    case "note":
      return noteableOf(any);
    case "issue":
    case "work_item":
      return issue(attributes) ?? named("issue", attributes?.id);
    case "merge_request":
      return mergeRequest(attributes) ?? named(kind, attributes?.id);
    case "release":
      return releaseOf(any);
    case "wiki_page":
      return named(kind, attributes?.slug);
    default:
      return issueOf(any) ?? ownMergeRequest(any) ?? snippet(any.project_snippet) ?? codeOf(any) ??
        otherOf(any, kind);
  }
}

function noteableOf(any: AnyEvent): Thing | null {
  const { noteable_type, noteable_id, commit_id } = any.object_attributes ?? {};
  switch (noteable_type) {
    case "Issue":
    case "WorkItem":
      return issueOf(any) ?? named("issue", noteable_id);
    case "MergeRequest":
      return mergeRequest(any.merge_request) ?? named("merge_request", noteable_id);
    case "Commit":
      return commit(commit_id ?? any.commit?.id, any.commit?.title);
    case "Snippet":
      return snippet(any.snippet ?? { id: noteable_id });
    default:
      return named(wordOf(noteable_type), noteable_id);
  }
}

/** `DesignManagement::Design` → `design_management_design` */
const wordOf = (noteable_type: Maybe<string>): string =>
  (noteable_type ?? "object").replaceAll(/\W+|(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase();

const issueOf = (any: AnyEvent): Thing | null => issue(any.issue ?? any.work_item);

function releaseOf({ tag, id }: AnyEvent): Thing | null {
  if (typeof tag !== "string" || tag === "") return named("release", id);
  return named("release", tag, `/-/releases/${encodeURIComponent(tag)}`);
}

// a pipeline of a fork runs over there and names a merge request of this project
function ownMergeRequest(any: AnyEvent): Thing | null {
  const target = any.merge_request?.target_project_id ?? null;
  return target === null || target === projectId(any) ? mergeRequest(any.merge_request) : null;
}

function codeOf(any: AnyEvent): Thing | null {
  const { object_attributes, note, short_sha } = any;
  const sha = object_attributes?.sha ?? any.sha ?? note?.commit_id;
  if (sha) return commit(sha, null);
  // one push to several branches counts as none of them
  const ref = any.ref ?? any.refs?.[0];
  if (ref) return { id: `:${ref}`, kind: "ref", title: ref, path: null };
  return any.deployment_id ? null : commit(short_sha, null);
}

function otherOf(any: AnyEvent, event_kind: string | null): Thing | null {
  const { object_attributes, user_id } = any;
  const kind = event_kind ?? "object";
  if (object_attributes?.id) {
    return named(kind, object_attributes.id, null, object_attributes.title);
  }
  if (kind === "vulnerability") return vulnerability(object_attributes);
  if (kind === "job") return named(kind, any.build_id);
  if (kind === "deployment") return named(kind, any.deployment_id);
  if (kind.startsWith("key_")) return named("key", any.id);
  const container = containerOf(any);
  if (/^project_|^repository_update$/.test(kind)) return named("project", container?.id);
  if (/^(?:sub)?group_/.test(kind)) return named("group", container?.id.replace("group:", ""));
  return /^(?:user_|gitlab_subscription_|member$)/.test(kind) ? named("user", user_id) : null;
}

const VULNERABILITY = /\/-\/security\/vulnerabilities\/(\d{1,15})$/;

/** The one thing whose id stands in its address alone. */
function vulnerability(of: AnyEvent["object_attributes"]): Thing | null {
  const number = VULNERABILITY.exec(webAddress(of?.url)?.pathname ?? "")?.[1];
  return named("vulnerability", number, `/-/security/vulnerabilities/${number}`, of?.title);
}

type Maybe<T> = T | null | undefined;

const issue = (of: Maybe<Pick<Described, "iid" | "title">>): Thing | null =>
  numbered("issue", "#", "/-/issues/", of?.iid, of?.title);
const mergeRequest = (of: Maybe<Described>): Thing | null =>
  numbered("merge_request", "!", "/-/merge_requests/", of?.iid, of?.title);
const snippet = (of: Maybe<Partial<Described>>): Thing | null =>
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
  id: Maybe<string | number>,
  path: string | null = null,
  title?: Maybe<string>,
): Thing | null {
  if (!id) return null;
  return { id: `/${kind}/${id}`, kind, title: title || `${kind} ${id}`, path };
}
