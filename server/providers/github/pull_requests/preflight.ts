import { z } from "zod";
import { type Preflight, ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { grantsOf, type Rights } from "@/server/providers/github/access.ts";
import { type Access, ask, call } from "@/server/providers/github/call.ts";
import { pathOf } from "./branch.ts";
import { judge } from "./judge.ts";
import { atStage } from "./stage.ts";

/** Rules are asked for by name: a branch need not be there. */
const LIKE_OURS = "agent/1-preflight";
const LOOKS = ["metadata", "contents", "actions"];

const repository = z.object({
  default_branch: z.string(),
  archived: z.boolean().nullish(),
  disabled: z.boolean().nullish(),
  permissions: z.object({ push: z.boolean().nullish() }).nullish(),
});
const rules = z.array(z.object({ type: z.string() }));
const workflows = z.object({ total_count: z.int() });

/** What we may do there, without trying any of it. */
export async function preflight(at: RepositoryAt): Promise<Preflight> {
  const doing = `looking at what may be done in ${at.repository}`;
  const grants = await grantsOf(at.connection, at.repository);
  const rights = Object.fromEntries(
    LOOKS.filter((name) => name === "metadata" || grants?.[name]).map((name) => [name, "read"]),
  ) as Rights;
  return await atStage(at, { doing, rights }, async (access) => {
    const root = `/repos/${at.repository}`;
    const { data: repo, headers } = await ask(access, "GET", root, repository);
    const { default_branch } = repo;
    return judge({
      default_branch,
      is_closed: repo.archived ? "archived" : repo.disabled ? "disabled" : null,
      has_commits: await isThere(access, `${root}/branches/${pathOf(default_branch)}`),
      person_may_push: repo.permissions?.push ?? null,
      grants,
      scopes: headers.get("x-oauth-scopes")?.split(/,\s*/).filter(Boolean) ?? null,
      own_rules: await rulesOf(access, root, LIKE_OURS),
      base_rules: await rulesOf(access, root, default_branch),
      workflows: await workflowsOf(access, root),
      is_token_of_workflow: !at.connection.app && access.token.startsWith("ghs_"),
    });
  });
}

async function isThere(access: Access, path: string): Promise<boolean | null> {
  return await call(access, "GET", path, z.unknown()).then(() => true, orUnless(404, false));
}

async function rulesOf(access: Access, root: string, branch: string): Promise<string[]> {
  const path = `${root}/rules/branches/${pathOf(branch)}?per_page=100`;
  const found = await call(access, "GET", path, rules).catch(orUnless(404, []));
  return (found ?? []).map(({ type }) => type);
}

async function workflowsOf(access: Access, root: string): Promise<number | null> {
  const path = `${root}/actions/workflows?per_page=1`;
  const found = await call(access, "GET", path, workflows).catch(orUnless(404, null));
  return found?.total_count ?? null;
}

/** What a plan or a permission keeps from us is not known; the rest is an error. */
const orUnless = <T>(status: number, instead: T) => (error: unknown): T | null => {
  if (!(error instanceof ProviderError) || !error.permanent) throw error;
  if (error.status === status) return instead;
  if (error.status === 403) return null;
  throw error;
};
