import { z } from "@hono/zod-openapi";
import type { Approval as ApprovalRow } from "@/db/approvals.ts";
import { APPROVAL } from "@/db/nouns/approval.ts";
import { described, jsonOf } from "@/server/api/noun.ts";
import { time } from "@/server/api/times.ts";
import type { ApprovalBasis } from "@/server/approval_basis.ts";
import type { AppDeps } from "@/server/env.ts";
import { shownApproval } from "@/server/shown.ts";

export const Approval = z.object(described(APPROVAL)).openapi("Approval");

export const ApprovalDetail = Approval.extend({
  command: z.string(),
  repository: z.string().nullable(),
  asked: z.object({
    prompt: z.string().openapi({ description: "Words of others as every step gets them." }),
    title: z.string(),
    url: z.string().nullable(),
    by: z.string().nullable(),
    trust: z.string(),
    hidden: z.array(z.string()).openapi({
      description: "What no step gets since nobody sees it where the text stands.",
    }),
  }),
  votes: z.array(z.object({
    name: z.string(),
    via: z.string(),
    at: time(),
    note: z.string().nullable(),
  })),
  edited: z.object({
    by: z.string(),
    lines: z.array(z.object({
      change: z.enum(["same", "removed", "added"]),
      line: z.string(),
    })),
  }).nullable().openapi({
    description: "How the text was changed since it was asked for; what runs is what it was.",
  }),
}).openapi("ApprovalDetail");

export function approvalDetailJson(
  deps: AppDeps,
  row: ApprovalRow,
  { command, repository, asked, votes, edited }: ApprovalBasis,
): z.infer<typeof ApprovalDetail> {
  const { prompt, title, url, by, trust, hidden } = asked;
  return {
    ...approvalJson(deps, row),
    command,
    repository,
    asked: { prompt, title, url, by: by.name ?? by.id, trust, hidden },
    votes: votes.map((vote) => ({ ...vote, at: vote.at.toISOString() })),
    edited,
  };
}

/** An approval as the API shows it, without secrets. */
export const approvalJson = (deps: AppDeps, row: ApprovalRow): z.infer<typeof Approval> =>
  jsonOf(APPROVAL, shownApproval(deps, row));
