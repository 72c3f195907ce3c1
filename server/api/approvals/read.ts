import { createRoute, z } from "@hono/zod-openapi";
import { listApprovals } from "@/db/approvals.ts";
import { APPROVAL_STATUSES } from "@/db/nouns/approval.ts";
import { approvalBasis } from "@/server/approval_basis.ts";
import {
  Approval,
  ApprovalDetail,
  approvalDetailJson,
  approvalJson,
} from "@/server/api/approval_schema.ts";
import { existingApproval } from "@/server/api/existing.ts";
import { idPaging, list } from "@/server/api/lists.ts";
import { pathId } from "@/server/api/requests.ts";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";

const tags = ["approvals"];

const listing = createRoute({
  method: "get",
  path: "/api/approvals",
  operationId: "listApprovals",
  tags,
  summary: "Plans that wait for a yes, or did, newest first",
  middleware: viewer,
  request: {
    query: idPaging.extend({
      status: z.enum(APPROVAL_STATUSES).optional(),
      flow_id: z.string().optional(),
    }),
  },
  responses: { 200: json("A page of approvals.", list(Approval)), ...problems(422) },
});

export function mountApprovalReading(app: App, deps: AppDeps): void {
  app.openapi(listing, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { items, next_cursor } = await listApprovals(deps.db, filter, { limit, cursor });
    return c.json({ items: items.map((row) => approvalJson(deps, row)), next_cursor }, 200);
  });

  const one = createRoute({
    method: "get",
    path: "/api/approvals/{approval_id}",
    operationId: "getApproval",
    tags,
    summary: "One of them, with its plan and all that an executor would get beside it",
    middleware: [viewer, existingApproval(deps)],
    request: { params: z.object({ approval_id: pathId() }) },
    responses: { 200: json("The approval.", ApprovalDetail), ...problems(404) },
  });
  app.openapi(one, async (c) => {
    const approval = c.get("approval");
    const basis = await approvalBasis(deps, approval);
    if (!basis) throw unknown("approval", approval.approval_id);
    return c.json(approvalDetailJson(deps, approval, basis), 200);
  });
}
