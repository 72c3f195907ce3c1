import { z } from "zod";
import type { PullRequest } from "@/server/providers/provider.ts";

const text = z.string().nullish();

export const mergeRequest = z.object({
  iid: z.int().positive(),
  project_id: z.int(),
  source_project_id: z.int().nullish(),
  web_url: z.string(),
  title: z.string(),
  state: z.enum(["opened", "closed", "locked", "merged"]),
  draft: z.boolean().nullish(),
  sha: text,
  source_branch: z.string(),
  target_branch: z.string(),
  author: z.object({ username: z.string() }).nullish(),
  reviewers: z.array(z.object({ id: z.int(), username: z.string() })).nullish(),
});
export type MergeRequest = z.infer<typeof mergeRequest>;

const DRAFT = /^\s*(?:\[draft\]|\(draft\)|draft:|\[wip\]|wip:)\s*/i;

/** Without what makes it a draft, which is a part of GitLab's titles. */
export function bareTitle(title: string): string {
  const rest = title.replace(DRAFT, "");
  return rest === title ? title : bareTitle(rest);
}

/** GitLab tells its id alone, and null where it was removed. */
function forkOf({ source_project_id: from, project_id }: MergeRequest): string | null {
  if (from === undefined || from === project_id) return null;
  return from === null ? "of somebody who removed it" : `with the id ${from}`;
}

/** As deliveries about it name it. */
export function shown(of: MergeRequest): PullRequest {
  const { iid, project_id, web_url, title, state, sha } = of;
  return {
    number: iid,
    url: web_url,
    title: bareTitle(title),
    // locked: it is being merged
    state: state === "merged" || state === "closed" ? state : "open",
    is_draft: of.draft ?? false,
    head: sha ?? "",
    branch: of.source_branch,
    base: of.target_branch,
    fork: forkOf(of),
    author: of.author?.username ?? null,
    begins: {
      instance: URL.parse(web_url)?.host || null,
      container_id: String(project_id),
      object_id: `!${iid}`,
      external_id: `${project_id}!${iid}`,
      url: web_url,
    },
  };
}
