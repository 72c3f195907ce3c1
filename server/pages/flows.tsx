import { pendingApprovalOf } from "@/db/approvals.ts";
import { listFlows } from "@/db/flows/list.ts";
import { conversationsOf } from "@/db/flows/one.ts";
import { timeline } from "@/db/flows/timeline.ts";
import { FLOW_STATUSES } from "@/db/nouns/flow.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPage, answerPart, oneOf } from "@/server/pages/answer.ts";
import { formFields } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { providers } from "@/server/providers/mod.ts";
import { shownConversationTotals, shownEntry, shownFlow } from "@/server/shown.ts";
import { findFlow } from "@/server/verbs/flows/find.ts";
import { retryFlow } from "@/server/verbs/flows/retry.ts";
import { stopFlow } from "@/server/verbs/flows/stop.ts";
import { undoLink } from "@/server/verbs/flows/undo_link.ts";
import { FlowBody, type FlowData, FlowPage } from "@/views/pages/flow.tsx";
import { FlowsBody, type FlowsData, FlowsPage } from "@/views/pages/flows.tsx";

const PER_PAGE = 50;
const MEANT = ["task", "work"] as const;
const NAMES = [...providers.keys()];
const idOf = (c: AppContext): string => c.req.param("flow_id") ?? "";

export const showFlows = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <FlowsPage {...await readList(c, deps)} />);

export const showFlowList = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <FlowsBody {...await readList(c, deps)} />);

async function readList(c: AppContext, deps: AppDeps): Promise<FlowsData> {
  const query = {
    provider: oneOf(NAMES, c.req.query("provider")),
    status: oneOf(FLOW_STATUSES, c.req.query("status")),
  };
  const cursor = c.req.query("cursor");
  const page = await listFlows(deps.db, query, { limit: PER_PAGE, cursor });
  return {
    principal: c.get("principal"),
    flows: { ...page, items: page.items.map((flow) => shownFlow(deps, flow)) },
    providers: NAMES,
    query,
    cursor,
    now: new Date(),
  };
}

export const showFlow = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <FlowPage {...await readFlow(c, deps)} />);

export const showStory = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <FlowBody {...await readFlow(c, deps)} />);

async function readFlow(c: AppContext, deps: AppDeps): Promise<FlowData> {
  const { db } = deps;
  const flow = await findFlow(db, idOf(c));
  const { flow_id, linked } = flow;
  const [story, conversations, approval] = await Promise.all([
    timeline(db, [flow_id, ...linked.map((link) => link.flow_id)]),
    conversationsOf(db, flow_id),
    pendingApprovalOf(db, flow_id),
  ]);
  return {
    principal: c.get("principal"),
    may: mayOf(c),
    flow: shownFlow(deps, flow),
    timeline: story.map((entry) => shownEntry(deps, entry)),
    conversations: conversations.map((one) => shownConversationTotals(deps, one)),
    approval_id: approval?.approval_id ?? null,
  };
}

const back = (c: AppContext): Response => c.redirect(`/flows/${encodeURIComponent(idOf(c))}`, 303);

export const retry = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  await retryFlow(deps, c.get("principal"), { flow_id: idOf(c) });
  return back(c);
};

export const stop = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { meant } = await formFields(c, ["meant"]);
  const stopping = { flow_id: idOf(c), meant: oneOf(MEANT, meant) };
  await stopFlow(deps, c.get("principal"), stopping);
  return back(c);
};

export const unlink = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const linked_flow_id = c.req.param("linked_flow_id") ?? "";
  await undoLink(deps, c.get("principal"), { flow_id: idOf(c), linked_flow_id });
  return back(c);
};
