import { getLogger } from "@logtape/logtape";
import {
  changeDone,
  changeFailed,
  changesDue,
  type Sending,
  takeChange,
} from "@/db/changes/sending.ts";
import { type Change } from "@/db/changes.ts";
import { isConnectionError } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { redactQuotes } from "@/db/process/redact/quotes.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { persist } from "@/workers/persist.ts";
import { type At, hostOf } from "@/workers/send_change/host.ts";
import { STAGES } from "@/workers/send_change/stages.ts";
import { LostCommit } from "@/workers/workspace/lost_commit.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "send_change"]);

const MOST_TRIES = 12;
const LONGEST_PAUSE_SECONDS = 1800;
const WRITE_PATIENCE_MS = 60_000;

/** Brings a change on, stage by stage. Each can be done again: it finds what is there already. */
export async function sendChange(worker: Worker, change_id: string): Promise<void> {
  await worker.runs.send(() => takeAndSend(worker, change_id));
}

/** Those that no job led to this machine: only it has their commits. */
export async function sendDueChanges(worker: Worker): Promise<void> {
  for (const change_id of await changesDue(worker.db, worker.machine_id)) {
    void sendChange(worker, change_id).catch((error) =>
      log.error("change {change_id}: {error}", { change_id, error })
    );
  }
}

async function takeAndSend(worker: Worker, change_id: string): Promise<void> {
  const { machine_id, db, runs: { worker_id } } = worker;
  const sending: Sending = { change_id, sending_id: newId(), worker_id, machine_id };
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  const change = await persist(() => takeChange(db, sending), patience);
  if (!change) return;
  let { stage } = change;
  try {
    const at = await placeOf(worker, change, sending);
    while (stage !== "done") {
      const next = await STAGES[stage](at);
      if (next === null) return; // done, or somebody else's by now
      stage = next;
    }
  } catch (error) {
    if (change.kind === "close" && isGone(error)) {
      return await closed(worker, sending, change, error);
    }
    const failure = asFailure(worker, { ...change, stage }, error);
    log.warn("change {change_id} did not go out: {error}", { change_id, error: failure.error });
    await persist(() => changeFailed(db, sending, change, failure), patience);
  }
}

async function placeOf(worker: Worker, change: Change, sending: Sending): Promise<At> {
  const workflow = await getWorkflow(worker.db, change.workflow_id);
  if (!workflow) throw new RepositoryError("The workflow of this change is not there");
  return { worker, change, sending, workflow, host: hostOf(worker, workflow) };
}

/** Nothing is there any more that could be closed. */
async function closed(worker: Worker, sending: Sending, change: Change, error: unknown) {
  const why = redactQuotes((error as Error).message, worker.redactor);
  const brought = { mark: { state: "closed" as const }, text: `Given up. ${why}` };
  const patience = AbortSignal.timeout(WRITE_PATIENCE_MS);
  await persist(() => changeDone(worker.db, sending, change, brought), patience);
}

const isGone = (error: unknown): boolean =>
  error instanceof ProviderError && (error.status === 404 || error.status === 410) ||
  error instanceof RepositoryError && error.behind === "gone";

function asFailure(
  { redactor }: Worker,
  { stage, tries, expected_head }: Change,
  error: unknown,
) {
  const permanent = isForGood(error) || tries >= MOST_TRIES;
  const asked = error instanceof ProviderError ? error.retry_after_seconds ?? 0 : 0;
  const pause = Math.max(asked, Math.min(2 ** tries, LONGEST_PAUSE_SECONDS));
  return {
    error: redactQuotes(inWords(stage, error), redactor),
    retry_after_seconds: permanent ? null : pause,
    is_lost: error instanceof LostCommit,
    // A branch that was never ours only has the same name.
    is_foreign: expected_head !== null && error instanceof RepositoryError &&
      error.behind === "foreign",
  };
}

/** A provider says itself what it was about. */
function inWords(stage: Change["stage"], error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof ProviderError) return why.replace(/^./, (first) => first.toUpperCase());
  return `${IN_WORDS[stage] ?? stage} failed: ${why}`;
}

/** A fault of ours is tried again as well: else it would be lost, unseen. */
function isForGood(error: unknown): boolean {
  if (isConnectionError(error)) return false;
  if (error instanceof ProviderError || error instanceof RepositoryError) return error.permanent;
  return false;
}

const IN_WORDS: Partial<Record<Change["stage"], string>> = {
  push: "Pushing the branch",
  open: "Opening the pull request",
  update: "Bringing the branch up to date with its base",
  ready: "Taking the draft off",
  close: "Closing the pull request",
  delete_branch: "Deleting the branch",
};
