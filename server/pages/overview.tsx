import { shownApproval, shownTask } from "@/server/shown.ts";
import { listApprovals } from "@/db/approvals.ts";
import { readWaiting } from "@/db/waiting.ts";
import { listMachines } from "@/db/machines.ts";
import { costByDay, readOverview } from "@/db/overview.ts";
import { listTasks } from "@/db/tasks.ts";
import { TASK_STATUSES } from "@/db/nouns/task.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPage, answerPart, oneOf } from "@/server/pages/answer.ts";
import { OverviewBody, type OverviewData, OverviewPage } from "@/views/pages/overview.tsx";

const PER_PAGE = 25;
const DAYS = 14;
const PLANS_SHOWN = 3;

export const showOverview = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <OverviewPage {...await read(c, deps)} />);

/** The same without its frame, for a page that knows that something changed. */
export const showOverviewBody = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <OverviewBody {...await read(c, deps)} />);

async function read(c: AppContext, deps: AppDeps): Promise<OverviewData> {
  const { db } = deps;
  const status = oneOf(TASK_STATUSES, c.req.query("status"));
  const cursor = c.req.query("cursor");
  const [overview, machines, days, page, waiting, pending] = await Promise.all([
    readOverview(db),
    listMachines(db),
    costByDay(db, DAYS),
    listTasks(db, { status }, { limit: PER_PAGE, cursor }),
    readWaiting(db),
    listApprovals(db, { status: "pending" }, { limit: PLANS_SHOWN }),
  ]);
  const principal = c.get("principal");
  const tasks = { ...page, items: page.items.map((task) => shownTask(deps, task)) };
  const plans = pending.items.map((one) => shownApproval(deps, one));
  return {
    principal,
    overview,
    machines,
    days,
    waiting,
    plans,
    tasks,
    status,
    cursor,
    now: new Date(),
  };
}
