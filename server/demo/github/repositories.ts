import { existsSync } from "node:fs";
import type { BareRefs } from "@/server/demo/bare_refs.ts";
import { type Asked, refused } from "./pulls.ts";

export interface RecordedRepository {
  default_branch: string;
  archived: boolean;
  may_push: boolean;
  /** Of a classic token; null: a fine-grained one, which does not tell. */
  scopes: string[] | null;
  /** Of our app. */
  permissions: Record<string, string>;
  /** Types of rules, by the pattern of a branch's name. */
  rules: { branch: RegExp; types: string[] }[];
  workflows: number;
}

const AT =
  /^\/repos\/([^/]+\/[^/]+)(?:\/(branches|rules\/branches|actions\/workflows)(?:\/(.+))?)?$/;
const INSTALLED = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  checks: "read",
  statuses: "read",
  actions: "read",
};

export function githubRepositories(refs: BareRefs) {
  const settings: RecordedRepository = {
    default_branch: "trunk",
    archived: false,
    may_push: true,
    scopes: ["repo", "workflow"],
    permissions: INSTALLED,
    rules: [],
    workflows: 1,
  };

  function answer({ method, path }: Asked): Response | undefined {
    if (method !== "GET") return;
    if (/^\/app\/installations\/\d+$/.test(path)) {
      return Response.json({ id: 70, permissions: settings.permissions, suspended_at: null });
    }
    const [, repository, what, rest = ""] = AT.exec(path) ?? [];
    if (!repository) return;
    const branch = decodeURIComponent(rest);
    switch (what) {
      case "branches":
        return refs.head(repository, branch)
          ? Response.json({ name: branch, protected: false })
          : refused(404, "Branch not found");
      case "rules/branches":
        return Response.json(rulesOf(branch));
      case "actions/workflows":
        return Response.json({ total_count: settings.workflows, workflows: [] });
      default:
        return shown(repository);
    }
  }

  const rulesOf = (name: string) =>
    settings.rules.filter(({ branch }) => branch.test(name))
      .flatMap(({ types }) => types.map((type) => ({ type })));

  function shown(full_name: string): Response {
    const bare = refs.bare(full_name);
    if (bare !== null && !existsSync(bare)) return refused(404, "Not Found");
    const { default_branch, archived, may_push, scopes } = settings;
    const permissions = { pull: true, push: may_push };
    const headers = scopes ? { "x-oauth-scopes": scopes.join(", ") } : undefined;
    return Response.json({ full_name, default_branch, archived, permissions }, { headers });
  }

  return { settings, answer };
}
