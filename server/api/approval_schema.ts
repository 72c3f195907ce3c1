import { z } from "@hono/zod-openapi";
import type { Approval as ApprovalRow } from "@/db/approvals.ts";
import { APPROVAL } from "@/db/nouns/approval.ts";
import { described, jsonOf } from "@/server/api/noun.ts";
import type { AppDeps } from "@/server/env.ts";
import { shownApproval } from "@/server/shown.ts";

export const Approval = z.object(described(APPROVAL)).openapi("Approval");

/** An approval as the API shows it, without secrets. */
export const approvalJson = (deps: AppDeps, row: ApprovalRow): z.infer<typeof Approval> =>
  jsonOf(APPROVAL, shownApproval(deps, row));
