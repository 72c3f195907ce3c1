import type { BareRefs } from "@/server/demo/bare_refs.ts";
import { type Asked, refused } from "./merge_requests.ts";

export interface RecordedPipeline {
  id: number;
  status: string;
  source: string;
  ref: string;
}

export interface RecordedJob {
  name: string;
  status: string;
  allow_failure?: boolean;
  description?: string;
  target_url?: string;
}

export interface RecordedProject {
  default_branch: string;
  archived: boolean;
  access_level: number | null;
  builds_access_level: "enabled" | "disabled";
  merge_requests_access_level: "enabled" | "disabled";
  scopes: string[];
  push_rule: Record<string, unknown> | null;
  protected_branches: { name: string; push_access_levels: { access_level: number }[] }[];
}

const AT = /^\/projects\/([^/]+)(?:\/(.+))?$/;

/** Branches, pipelines and settings of a GitLab's projects, all of which are alike. */
export function gitlabProjects(refs: BareRefs, users: Map<string, number>) {
  const pipelines = new Map<string, RecordedPipeline[]>();
  const jobs = new Map<string, RecordedJob[]>();
  const settings: RecordedProject = {
    default_branch: "trunk",
    archived: false,
    access_level: 30,
    builds_access_level: "enabled",
    merge_requests_access_level: "enabled",
    scopes: ["api"],
    push_rule: null,
    protected_branches: [{ name: "trunk", push_access_levels: [{ access_level: 40 }] }],
  };

  function answer({ method, path, query }: Asked): Response | undefined {
    if (path === "/users") return Response.json(named(query.get("username") ?? ""));
    if (path === "/personal_access_tokens/self") {
      return Response.json({ scopes: settings.scopes, expires_at: null });
    }
    const [, id, rest = ""] = AT.exec(path) ?? [];
    if (!id) return;
    const project = decodeURIComponent(id);
    const [, branch] = /^repository\/branches\/([^/]+)$/.exec(rest) ?? [];
    if (branch) return ofBranch(method, project, decodeURIComponent(branch));
    const [, sha] = /^repository\/commits\/(\w+)\/statuses$/.exec(rest) ?? [];
    if (sha) return paged(query, jobs.get(sha) ?? []);
    return of(rest, query);
  }

  function of(rest: string, query: URLSearchParams): Response | undefined {
    const { push_rule, protected_branches, builds_access_level } = settings;
    switch (rest) {
      case "":
        return shown();
      case "repository/merge_base":
        return Response.json({ id: query.getAll("refs[]")[0] });
      case "pipelines":
        return builds_access_level === "disabled"
          ? refused(403, "403 Forbidden")
          : paged(query, pipelines.get(query.get("sha") ?? "") ?? []);
      case "push_rule":
        return push_rule ? Response.json(push_rule) : refused(404, "404 Not Found");
      case "protected_branches":
        return Response.json(protected_branches);
    }
  }

  function shown(): Response {
    const { access_level, push_rule: _, scopes: __, ...rest } = settings;
    const project_access = access_level === null ? null : { access_level };
    const permissions = { project_access, group_access: null };
    return Response.json(Object.assign({ id: 9_000_001, permissions }, rest));
  }

  const named = (name: string) => {
    const id = users.get(name.toLowerCase());
    return id === undefined ? [] : [{ id, username: name.toLowerCase() }];
  };

  function ofBranch(method: string, project: string, branch: string): Response {
    const id = refs.head(project, branch);
    if (!id) return refused(404, "404 Branch Not Found");
    if (method !== "DELETE") return Response.json({ name: branch, commit: { id } });
    refs.remove(project, branch);
    return new Response(null, { status: 204 });
  }

  return { settings, pipelines, jobs, answer };
}

function paged(query: URLSearchParams, all: unknown[]): Response {
  const [size, page] = [Number(query.get("per_page") ?? 20), Number(query.get("page") ?? 1)];
  return Response.json(all.slice((page - 1) * size, page * size));
}
