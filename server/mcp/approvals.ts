import { z } from "@hono/zod-openapi";
import { getApproval, listApprovals } from "@/db/approvals.ts";
import { APPROVAL_STATUSES } from "@/db/nouns/approval.ts";
import { approvalDetailJson, approvalJson } from "@/server/api/approval_schema.ts";
import { approvalBasis } from "@/server/approval_basis.ts";
import { promptText } from "@/server/api/requests.ts";
import { unknown } from "@/server/errors.ts";
import { type Tool, tool } from "@/server/mcp/tool.ts";
import { approvePlan, rejectPlan, sendPlanBack } from "@/server/verbs/approvals/decide.ts";

const MOST_LISTED = 50;

const approval_id = z.uuid();
/** Needed here, where no page was shown: whoever says yes has read what to. */
const plan_hash = z.string().describe("Of the plan that you read, as `get_approval` tells it.");

export const approvalTools: Tool[] = [
  tool({
    name: "list_approvals",
    title: "Plans and their approvals",
    description: `The newest ${MOST_LISTED} plans of a status; those that wait are \`pending\`.`,
    role: "viewer",
    is_reading: true,
    input: z.strictObject({ status: z.enum(APPROVAL_STATUSES).default("pending") }),
    async run(deps, _actor, filter) {
      const { items } = await listApprovals(deps.db, filter, { limit: MOST_LISTED });
      return { items: items.map((row) => approvalJson(deps, row)) };
    },
  }),
  tool({
    name: "get_approval",
    title: "A plan that waits",
    description:
      "The whole plan, what else would be carried out with it, what was hidden in the request, " +
      "how it stands, and the hash that a decision has to name.",
    role: "viewer",
    is_reading: true,
    input: z.strictObject({ approval_id }),
    async run(deps, _actor, { approval_id }) {
      const row = await getApproval(deps.db, approval_id);
      const basis = row && await approvalBasis(deps, row);
      if (!basis) throw unknown("approval", approval_id);
      return approvalDetailJson(deps, row, basis);
    },
  }),
  tool({
    name: "approve_plan",
    title: "Let a plan be carried out",
    description: "Only for a person who has read the plan. The note is handed to who works on it.",
    role: approvePlan.role,
    is_reading: false,
    input: z.strictObject({ approval_id, plan_hash, note: z.string().nullish() }),
    async run(deps, actor, input) {
      return approvalJson(deps, await approvePlan(deps, actor, { ...input, via: "mcp" }));
    },
  }),
  tool({
    name: "reject_plan",
    title: "Say no to a plan",
    description: "Ends the work. The reason is told where it was asked for.",
    role: rejectPlan.role,
    is_reading: false,
    input: z.strictObject({ approval_id, plan_hash, reason: z.string().nullish() }),
    async run(deps, actor, { reason, ...input }) {
      const deciding = { ...input, note: reason, via: "mcp" as const };
      return approvalJson(deps, await rejectPlan(deps, actor, deciding));
    },
  }),
  tool({
    name: "send_plan_back",
    title: "Ask for another plan",
    description: "The new plan has an approval and a hash of its own.",
    role: sendPlanBack.role,
    is_reading: false,
    input: z.strictObject({ approval_id, plan_hash, request: promptText() }),
    async run(deps, actor, { request, ...input }) {
      const deciding = { ...input, note: request, via: "mcp" as const };
      return approvalJson(deps, await sendPlanBack(deps, actor, deciding));
    },
  }),
];
