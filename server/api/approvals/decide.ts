import { createRoute, z } from "@hono/zod-openapi";
import type { Approval as ApprovalRow } from "@/db/approvals.ts";
import { Approval, approvalJson } from "@/server/api/approval_schema.ts";
import { existingApproval } from "@/server/api/existing.ts";
import { body, pathId, promptText } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import {
  approvePlan,
  type Deciding,
  rejectPlan,
  sendPlanBack,
} from "@/server/verbs/approvals/decide.ts";
import type { Verb } from "@/server/verbs/verb.ts";

const plan_hash = z.string().nullish().openapi({
  description: "Of the plan that was read; 409 where it is another one by now.",
});

const Approve = z.strictObject({ note: z.string().nullish(), plan_hash }).openapi("Approve");
const Reject = z.strictObject({ reason: z.string().nullish(), plan_hash }).openapi("Reject");
const SendBack = z.strictObject({ request: promptText(), plan_hash }).openapi("SendBack");

const params = z.object({ approval_id: pathId() });
const responses = {
  200: json("How it stands now: `pending` while others have to approve as well.", Approval),
  ...refusals(404, 409, ...BODY_PROBLEMS),
};

const about = (deps: AppDeps, verb: Verb<Deciding, ApprovalRow>, words: string) => ({
  method: "post" as const,
  tags: ["approvals"],
  ...allowed(verb, words, existingApproval(deps)),
  responses,
});

/** Three ways to the one gate. */
export function mountDecisions(app: App, deps: AppDeps): void {
  const approve = createRoute({
    path: "/api/approvals/{approval_id}/approve",
    operationId: "approvePlan",
    summary: "Lets the plan be carried out",
    ...about(deps, approvePlan, "The note is handed to who carries it out."),
    request: { params, body: { ...body(Approve), required: false } },
  });
  app.openapi(approve, async (c) => {
    const deciding = { ...c.req.valid("param"), ...c.req.valid("json"), via: "api" as const };
    return c.json(approvalJson(deps, await approvePlan(deps, c.get("principal"), deciding)), 200);
  });

  const reject = createRoute({
    path: "/api/approvals/{approval_id}/reject",
    operationId: "rejectPlan",
    summary: "Ends the work with a no",
    ...about(deps, rejectPlan, "The reason is told where the work was asked for."),
    request: { params, body: { ...body(Reject), required: false } },
  });
  app.openapi(reject, async (c) => {
    const { reason, plan_hash } = c.req.valid("json");
    const deciding = { ...c.req.valid("param"), note: reason, plan_hash, via: "api" as const };
    return c.json(approvalJson(deps, await rejectPlan(deps, c.get("principal"), deciding)), 200);
  });

  const sendBack = createRoute({
    path: "/api/approvals/{approval_id}/send-back",
    operationId: "sendPlanBack",
    summary: "Asks for another plan",
    ...about(deps, sendPlanBack, "The new plan has a new approval."),
    request: { params, body: body(SendBack) },
  });
  app.openapi(sendBack, async (c) => {
    const { request, plan_hash } = c.req.valid("json");
    const deciding = { ...c.req.valid("param"), note: request, plan_hash, via: "api" as const };
    return c.json(approvalJson(deps, await sendPlanBack(deps, c.get("principal"), deciding)), 200);
  });
}
