import { getApproval, listApprovals } from "@/db/approvals.ts";
import { APPROVAL_STATUSES, type ApprovalStatus } from "@/db/nouns/approval.ts";
import { approvalBasis } from "@/server/approval_basis.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem, unknown } from "@/server/errors.ts";
import { answerPage, answerPart, oneOf } from "@/server/pages/answer.ts";
import { formFields } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { shownApproval } from "@/server/shown.ts";
import type { approvePlan } from "@/server/verbs/approvals/decide.ts";
import { ApprovalPage } from "@/views/pages/approval.tsx";
import { ApprovalsBody, type ApprovalsData, ApprovalsPage } from "@/views/pages/approvals.tsx";

const PER_PAGE = 50;

export const showApprovals = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <ApprovalsPage {...await readList(c, deps)} />);

export const showApprovalList = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <ApprovalsBody {...await readList(c, deps)} />);

/** Where nothing is chosen, what waits comes first, however old it is. */
async function readList(c: AppContext, deps: AppDeps): Promise<ApprovalsData> {
  const status = oneOf(APPROVAL_STATUSES, c.req.query("status"));
  const cursor = c.req.query("cursor");
  const of = async (filter: { status?: ApprovalStatus }, cursor?: string) => {
    const found = await listApprovals(deps.db, filter, { limit: PER_PAGE, cursor });
    return { ...found, items: found.items.map((one) => shownApproval(deps, one)) };
  };
  const is_first = status === undefined && cursor === undefined;
  const [pending, approvals] = await Promise.all([
    is_first ? of({ status: "pending" }) : null,
    of({ status }, cursor),
  ]);
  return {
    principal: c.get("principal"),
    pending: pending?.items ?? [],
    approvals,
    status,
    cursor,
    now: new Date(),
  };
}

export const showApproval = (deps: AppDeps) => (c: AppContext): Promise<Response> =>
  answerApproval(c, deps, null);

async function answerApproval(
  c: AppContext,
  deps: AppDeps,
  problem: HttpProblem | null,
): Promise<Response> {
  const id = c.req.param("approval_id") ?? "";
  const approval = await getApproval(deps.db, id);
  const basis = approval && await approvalBasis(deps, approval);
  if (!basis) throw unknown("approval", id);
  return answerPage(
    c,
    <ApprovalPage
      principal={c.get("principal")}
      may={mayOf(c)}
      approval={shownApproval(deps, approval)}
      {...basis}
      problem={problem && problem.detail}
    />,
    problem?.status,
  );
}

/** Back to the page, which says how it stands now, or why it could not be. */
export const decideOnPage =
  (deps: AppDeps, verb: typeof approvePlan) => async (c: AppContext): Promise<Response> => {
    const approval_id = c.req.param("approval_id") ?? "";
    const { note, plan_hash } = await formFields(c, ["note", "plan_hash"]);
    const deciding = { approval_id, note, plan_hash: plan_hash || null, via: "dashboard" as const };
    try {
      await verb(deps, c.get("principal"), deciding);
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.status === 404) throw error;
      return await answerApproval(c, deps, error);
    }
    return c.redirect(`/approvals/${approval_id}`, 303);
  };
