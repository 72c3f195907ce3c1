import type { AnyEvent } from "./schema.ts";

export function instanceOf(any: AnyEvent, headers: Headers): string | null {
  const { project, repository, object_attributes } = any;
  const said = [project?.web_url, repository?.homepage, headers.get("x-gitlab-instance")];
  const last = object_attributes?.url;
  return [...said, last].map(webAddress).find((url) => url !== null)?.host ?? null;
}

export function baseOf({ project, object_attributes }: AnyEvent): string | null {
  const url = webAddress(project?.web_url ?? object_attributes?.target?.web_url);
  return url && url.origin + url.pathname.replace(/\/$/, "");
}

/** An address that people can open, or null. */
export function webAddress(address: string | null | undefined): URL | null {
  const url = URL.parse((address ?? "").slice(0, 2000));
  return url && /^https?:$/.test(url.protocol) && url.username === "" ? url : null;
}

export interface Container {
  id: string;
  name: string;
}

/** The project by its id, else the group, else the project by its path: that may change. */
export function containerOf(any: AnyEvent): Container | null {
  const path = projectPath(any);
  const id = projectId(any);
  if (id !== null) return { id: String(id), name: path ?? any.project_name ?? String(id) };
  return groupOf(any) ?? (path === null ? null : { id: path, name: path });
}

/** What belongs to a GitLab as a whole: its users and their keys. */
export const wholeInstance = (instance: string | null): Container => ({
  id: "instance",
  name: instance ?? "GitLab",
});

/** Of a merge request the project that it goes to, never the one that its code comes from. */
export function projectId(any: AnyEvent): number | null {
  const { project, project_id, target_project_id, object_attributes: own, merge_request } = any;
  const about = [any.note, any.issue, any.work_item, any.snippet, any.project_snippet];
  return project?.id ?? project_id ?? target_project_id ?? own?.project_id ??
    own?.target_project_id ?? own?.target?.id ?? about.find((one) => one?.project_id)?.project_id ??
    merge_request?.target_project_id ?? null;
}

export function projectPath(any: AnyEvent): string | null {
  return any.project?.path_with_namespace ?? any.path_with_namespace ??
    any.project_path_with_namespace ?? any.object_attributes?.target?.path_with_namespace ?? null;
}

function groupOf(any: AnyEvent): Container | null {
  const { group, object_attributes } = any;
  const id = any.group_id ?? group?.group_id ?? object_attributes?.group_id ??
    any.promotion_namespace_id ?? null;
  if (id === null) return null;
  const path = any.full_path ?? any.group_path ?? group?.full_path ?? group?.group_path;
  return { id: `group:${id}`, name: path ?? String(id) };
}
