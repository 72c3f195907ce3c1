/** A flow's work, driven by the same calls as workers and people use. */
import type { Database } from "@/db/client.ts";
import { flowIdOf } from "@/db/flows.ts";
import { newId } from "@/db/ids.ts";
import type { Step, WorkflowPart } from "@/db/nouns/step.ts";
import type { Asked, WorkflowRules } from "@/db/nouns/workflow.ts";
import { claimOf, claimTask, type Ending, finishTask } from "@/db/tasks/run.ts";
import { pendingApprovalOf } from "@/db/approvals.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { startStep } from "@/db/workflows/start_step.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import { liveWorker, NOTHING_USED } from "@/tests/helpers/records.ts";

export interface FlowWish {
  provider?: string;
  number?: number;
  title?: string;
  asked_by?: string;
  asked?: Partial<Asked>;
  rules?: Partial<WorkflowRules>;
  /** The first of them is queued. */
  steps?: WorkflowPart[];
}

export interface FlowStory {
  flow_id: string;
  workflow_id: string;
}

const STEPS: WorkflowPart[] = ["planning", "approval", "executor", "verifier"];

/** Somebody asked for a fix: its first step is queued. */
export async function flowAsked({ sql }: Database, wish: FlowWish = {}): Promise<FlowStory> {
  const { provider = "github", number = 7, title = "The greeting greets nobody" } = wish;
  const { steps = STEPS } = wish;
  const flow_id = flowIdOf(provider, "test", "octo/hello", String(number));
  const [workflow_id, conversation_id] = [newId(), newId()];
  const url = `https://github.com/octo/hello/issues/${number}`;
  const asked: Asked = {
    prompt: `Fix this: ${title}`,
    title,
    url,
    number: String(number),
    by: { provider, id: "1", name: "octocat", email: null },
    trust: "trusted",
    hidden: [],
    description: title,
    source_metadata: { provider, title, url },
    ...wish.asked,
  };
  await sql.begin(async (tx) => {
    await tx`
      insert into flows (flow_id, provider, external_id, title, url, conversation_id)
      values (${flow_id}, ${provider}, ${`octo/hello#${number}`}, ${title}, ${url},
        ${conversation_id})`;
    await tx`
      insert into conversations (conversation_id, title, source, flow_id)
      values (${conversation_id}, ${title}, 'webhook', ${flow_id})`;
    await tx`
      insert into workflows (workflow_id, flow_id, conversation_id, command, steps, asked, asked_by,
        rules)
      values (${workflow_id}, ${flow_id}, ${conversation_id}, 'fix',
        ${steps}, ${tx.json(asked as never)},
        ${wish.asked_by ?? `${provider}:1`}, ${JSON.stringify(wish.rules ?? {})}::text::jsonb)`;
    const workflow = await getWorkflow({ sql: tx }, workflow_id);
    await startStep(tx, workflow!, steps[0] as Step);
  });
  return { flow_id, workflow_id };
}

/** Runs the step that is queued to the end that is told. */
export async function stepEnds(
  db: Database,
  { workflow_id }: Pick<FlowStory, "workflow_id">,
  ending: Partial<Ending> = {},
): Promise<{ task_id: string; step: Step }> {
  const worker_id = await liveWorker(db);
  const [{ task_id, step }] = await db.sql<{ task_id: string; step: Step }[]>`
    select task_id, step from tasks where workflow_id = ${workflow_id} and status = 'queued'`;
  const task = await claimTask(db, { task_id, worker_id, machine_id: "m1" });
  const usage = { ...NOTHING_USED, cost_usd: 0.25, input_tokens: 100 };
  await finishTask(db, claimOf(task!), {
    status: "completed",
    output: "done",
    error: null,
    usage,
    ...ending,
  });
  return { task_id, step };
}

/** A plan that waits for a yes. */
export async function planWaits(db: Database, wish: FlowWish = {}, plan = PLAN) {
  const story = await flowAsked(db, wish);
  await stepEnds(db, story, { result: plan });
  const approval = await pendingApprovalOf(db, story.flow_id);
  if (!approval) throw new Error("no approval was asked for");
  return { ...story, approval };
}

/** Two flows that belong together. */
export async function linked({ sql }: Database, one: string, other: string, evidence: string) {
  const [flow_id, linked_flow_id] = [one, other].sort();
  await sql`
    insert into flow_links (flow_id, linked_flow_id, evidence)
    values (${flow_id}, ${linked_flow_id}, ${evidence})`;
}
