import { z } from "zod";
import type { PullRequest } from "@/server/providers/provider.ts";

const repository = z.object({
  id: z.int(),
  full_name: z.string(),
  html_url: z.string().nullish(),
}).nullish();

export const pull = z.object({
  number: z.int().positive(),
  node_id: z.string(),
  html_url: z.string(),
  title: z.string(),
  state: z.enum(["open", "closed"]),
  draft: z.boolean().nullish(),
  merged_at: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: repository }),
  base: z.object({ ref: z.string(), repo: repository }),
});
export type Pull = z.infer<typeof pull>;

/** As deliveries about it name it. */
export function shown(of: Pull): PullRequest {
  const { number, html_url, title, head, base } = of;
  const container_id = String(base.repo?.id ?? 0);
  return {
    number,
    url: html_url,
    title,
    state: of.merged_at ? "merged" : of.state,
    is_draft: of.draft ?? false,
    head: head.sha,
    branch: head.ref,
    base: base.ref,
    fork: isOwn(of) ? null : head.repo?.full_name ?? "of somebody who removed it",
    author: of.user?.login ?? null,
    begins: {
      instance: URL.parse(base.repo?.html_url ?? html_url)?.host || "github.com",
      container_id,
      object_id: `#${number}`,
      external_id: `${container_id}#${number}`,
      url: html_url,
    },
  };
}

export const isOwn = ({ head, base }: Pull): boolean =>
  Boolean(head.repo) && head.repo?.id === base.repo?.id;
