import type { Approval } from "@/db/approvals.ts";
import { type Flow, TIMELINE_KINDS } from "@/db/nouns/flow.ts";
import { ApprovalPage } from "@/views/pages/approval.tsx";
import { ApprovalsPage } from "@/views/pages/approvals.tsx";
import { FlowPage } from "@/views/pages/flow.tsx";
import { FlowsPage } from "@/views/pages/flows.tsx";
import { page } from "@/views/render.ts";
import { EVIL, ID, may, NOW, principal } from "@/tests/views/hostile/task.ts";

const totals = {
  tasks: 1,
  cost_usd: 1,
  input_tokens: 1,
  output_tokens: 1,
  cache_read_tokens: 1,
  cache_creation_tokens: 1,
  duration_seconds: 1,
};

const flow: Flow = {
  flow_id: "f1",
  provider: EVIL,
  external_id: EVIL,
  title: EVIL,
  url: `javascript:alert("${EVIL}")`,
  status: "stopped",
  waits_for: null,
  error: EVIL,
  conversation_id: ID,
  linked: [{ flow_id: "f2", title: EVIL, evidence: EVIL }],
  pull_request: {
    url: `javascript:alert("${EVIL}")`,
    number: 1,
    state: "open",
    is_draft: true,
    branch: EVIL,
    head: EVIL,
  },
  ...totals,
  started_at: NOW,
  ended_at: null,
};

const approval: Approval = {
  approval_id: ID,
  flow_id: "f1",
  workflow_id: ID,
  task_id: ID,
  status: "pending",
  plan: {
    title: EVIL,
    background: EVIL,
    done: EVIL,
    root_cause: EVIL,
    affected_components: [EVIL],
    risk_level: "high",
    files_affected: [{ path: EVIL, change: EVIL }],
    steps: [EVIL],
    tests: [EVIL],
    left_out: [EVIL],
  },
  plan_hash: EVIL,
  head_commit: EVIL,
  needed: 2,
  requested_at: NOW,
  expires_at: NOW,
  decided_at: null,
  decided_by: EVIL,
  decided_via: EVIL,
  note: EVIL,
  void_reason: EVIL,
  wish: EVIL,
  refused: EVIL,
};

const asked = {
  prompt: EVIL,
  title: EVIL,
  url: EVIL,
  number: EVIL,
  by: { provider: EVIL, id: EVIL, name: EVIL, email: EVIL },
  trust: EVIL,
  hidden: [EVIL],
  description: EVIL,
  source_metadata: {},
};

const shown = {
  principal,
  may,
  votes: [{ name: EVIL, via: EVIL, at: NOW, note: EVIL }],
  asked,
  edited: { by: EVIL, lines: [{ change: "added" as const, line: EVIL }] },
};

/** The pages of flows and approvals, with hostile text in every place for one. */
export const flowPages: string[] = [
  page(
    <FlowPage
      principal={principal}
      may={may}
      flow={flow}
      timeline={TIMELINE_KINDS.map((kind) => ({
        at: NOW,
        kind,
        text: EVIL,
        id: ID,
        flow_id: "f2",
      }))}
      conversations={[1, 2].map(() => ({ conversation_id: ID, title: EVIL, ...totals }))}
      approval_id={ID}
    />,
  ),
  page(
    <FlowsPage
      principal={principal}
      flows={{ items: [flow], next_cursor: EVIL }}
      providers={[EVIL]}
      query={{ provider: EVIL }}
      cursor={EVIL}
      now={NOW}
    />,
  ),
  ...(["pending", "void"] as const).map((status) =>
    page(
      <ApprovalPage
        {...shown}
        approval={{ ...approval, status }}
        command={EVIL}
        repository={EVIL}
        problem={EVIL}
      />,
    )
  ),
  page(
    <ApprovalsPage
      pending={[]}
      principal={principal}
      approvals={{ items: [approval], next_cursor: EVIL }}
      status={undefined}
      cursor={EVIL}
      now={NOW}
    />,
  ),
];
