import { z } from "zod";
import {
  type Connection,
  type Preflight,
  ProviderError,
  type RepositoryAt,
} from "@/server/providers/provider.ts";
import { call } from "@/server/providers/gitlab/call.ts";
import { type Facts, judge } from "./judge.ts";
import { atStage } from "./stage.ts";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const access = z.object({ access_level: z.int() }).nullish();

const project = z.object({
  default_branch: text,
  archived: flag,
  empty_repo: flag,
  merge_requests_access_level: text,
  builds_access_level: text,
  permissions: z.object({ project_access: access, group_access: access }).nullish(),
});
const token = z.object({ scopes: z.array(z.string()), expires_at: text });
const pushRule = z.object({
  reject_unsigned_commits: flag,
  branch_name_regex: text,
  commit_message_regex: text,
  author_email_regex: text,
  file_name_regex: text,
  commit_committer_check: flag,
  member_check: flag,
}).nullish();
const protectedBranches = z.array(z.object({
  name: z.string(),
  push_access_levels: z.array(z.object({ access_level: z.int().nullish() })).nullish(),
}));

/** What we may do there, without trying any of it. */
export const preflight = (at: RepositoryAt): Promise<Preflight> =>
  atStage(at, `looking at what may be done in ${at.repository}`, async (path) => {
    const { connection } = at;
    const found = await call(connection, "GET", path, project);
    const { project_access, group_access } = found.permissions ?? {};
    const own = await tokenOf(connection);
    const branches = await orUnknown(
      call(connection, "GET", `${path}/protected_branches?per_page=100`, protectedBranches),
    );
    return judge({
      default_branch: found.default_branch ?? "",
      is_archived: found.archived ?? false,
      is_empty: found.empty_repo ?? !found.default_branch,
      takes_requests: found.merge_requests_access_level !== "disabled",
      runs_pipelines: found.builds_access_level !== "disabled",
      level: levelOf(project_access?.access_level, group_access?.access_level),
      scopes: own?.scopes ?? null,
      expires_at: own?.expires_at ?? null,
      rule: await orUnknown(call(connection, "GET", `${path}/push_rule`, pushRule)) ?? {},
      guarded: (branches ?? []).map(({ name, push_access_levels }) => ({
        name,
        level: lowest((push_access_levels ?? []).map(({ access_level }) => access_level ?? 60)),
      })),
    });
  }, "Reporter");

function levelOf(...levels: (number | undefined)[]): Facts["level"] {
  const known = levels.filter((one) => one !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

/** 0 is nobody. */
const lowest = (levels: number[]): number =>
  levels.length === 0 || levels.includes(0) ? Infinity : Math.min(...levels);

/** Null for a token of OAuth, and for a GitLab that does not tell. */
const tokenOf = (connection: Connection) =>
  orUnknown(call(connection, "GET", "/personal_access_tokens/self", token));

async function orUnknown<T>(asked: Promise<T>): Promise<T | null> {
  return await asked.catch((error) => {
    const is_kept = error instanceof ProviderError &&
      [400, 401, 403, 404].includes(error.status ?? 0);
    if (is_kept) return null;
    throw error;
  });
}
