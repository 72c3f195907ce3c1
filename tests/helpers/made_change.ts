/** Work on its way from a yes to a pull request, by the same calls as workers and people use. */
import { decideApproval } from "@/db/approvals/decide.ts";
import { pendingApprovalOf } from "@/db/approvals.ts";
import { changeDone, type Sending, takeChange } from "@/db/changes/sending.ts";
import { changesOf } from "@/db/changes.ts";
import type { Database } from "@/db/client.ts";
import { hear, type SeenChecks } from "@/db/hear.ts";
import { newId } from "@/db/ids.ts";
import type { FlowNews } from "@/db/nouns/flow_news.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { type FlowStory, type FlowWish, planWaits, stepEnds } from "@/tests/helpers/flow_story.ts";
import { liveWorker } from "@/tests/helpers/records.ts";

export const ANN = { key: "github:1", name: "ann" };
export const BEN = { key: "github:2", name: "ben" };
export const C1 = "1".repeat(40);
export const C2 = "2".repeat(40);
export const FOREIGN = "f".repeat(40);

const EXECUTED = { summary: "Done.", tests_run: [], outside_plan: [], left_out: [] };
const PASSES = { passes: true, summary: "Right.", checked: [], findings: [] };

/** A yes, by somebody else than the asker. */
export const approve = async (
  db: Database,
  { flow_id }: FlowStory,
  person = BEN,
  note: string | null = null,
) => await decide(db, (await pendingApprovalOf(db, flow_id))!.approval_id, person, note);

export const decide = (
  { sql }: Database,
  approval_id: string,
  person = BEN,
  note: string | null = null,
  decision: "approved" | "rejected" | "sent_back" = "approved",
) =>
  sql.begin((tx) =>
    decideApproval(tx, { approval_id, decision, note, person, via: "api", plan_hash: null })
  );

/** What the executor left is committed. */
export async function executorEnds(db: Database, story: FlowStory, commit = C1) {
  const [{ task_id }] = await db.sql<{ task_id: string }[]>`
    select task_id from tasks where workflow_id = ${story.workflow_id} and status = 'queued'`;
  return await stepEnds(db, story, {
    result: EXECUTED,
    committed: {
      task_id,
      machine_id: "m1",
      commit,
      files: [],
      remarks: [],
      is_signed: false,
      branch: "agent/7-greeting",
      expected_head: null,
      base_branch: "main",
      base_commit: "b".repeat(40),
    },
  });
}

/** The change that waits, taken by a worker. */
export async function taken(db: Database, { workflow_id }: FlowStory) {
  const change = (await changesOf(db, workflow_id)).find(({ status }) => status === "pending")!;
  const worker_id = await liveWorker(db);
  const sending: Sending = {
    change_id: change.change_id,
    sending_id: newId(),
    worker_id,
    machine_id: "m1",
  };
  return { sending, change: (await takeChange(db, sending))! };
}

/** The change that waits goes out, whole. */
export async function changeGoesOut(db: Database, story: FlowStory): Promise<void> {
  const { sending, change } = await taken(db, story);
  const row = {
    provider: "github",
    repository: "octo/hello",
    number: 8,
    ...story,
    url: "https://github.com/octo/hello/pull/8",
    title: "Mend the greeting",
    state: "open" as const,
    is_draft: true,
    branch: "agent/7-greeting",
    base: "main",
    head: change.commit!,
  };
  const { flow_id, workflow_id } = story;
  const brought = change.kind === "publish"
    ? { pull_request: { row: { ...row, flow_id, workflow_id }, alias_flow_id: null } }
    : {};
  await changeDone(db, sending, change, brought);
}

/** Its pull request waits for people. */
export async function pullRequestWaits(db: Database, wish: FlowWish = {}): Promise<FlowStory> {
  const { flow_id, workflow_id } = await planWaits(db, wish);
  const story = { flow_id, workflow_id };
  await approve(db, story);
  await executorEnds(db, story);
  await changeGoesOut(db, story);
  await stepEnds(db, story, { result: PASSES });
  await changeGoesOut(db, story);
  return story;
}

/** What a delivery tells of the flow. */
export const told = (
  { sql }: Database,
  { flow_id }: FlowStory,
  news: FlowNews,
  checks: SeenChecks | null = null,
): Promise<string> => sql.begin((tx) => hear(tx, { flow_id, provider: "github" }, news, checks));

export const standing = async (db: Database, { workflow_id }: FlowStory) =>
  (await getWorkflow(db, workflow_id))!;
