import { getLogger } from "@logtape/logtape";
import { followNews, waitingNews } from "@/db/flow_news.ts";
import type { SeenChecks } from "@/db/hear.ts";
import { openWorkflowOf, type Workflow } from "@/db/workflows.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { persist } from "@/workers/persist.ts";
import { hostOf } from "@/workers/send_change/host.ts";
import { RepositoryError } from "@/workers/workspace.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "follow_flow"]);

const PATIENCE_MS = 60_000;
const LONGEST_FAILURE = 4_000;

/** What a delivery told of a flow: a decision, a wish, the end of a pull request, checks. */
export async function followFlow(worker: Worker, news_id: string): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const checks = await checksFor(worker, news_id, patience);
  const outcome = await persist(() => followNews(worker.db, news_id, checks), patience);
  if (outcome !== null) log.info("news {news_id}: {outcome}", { news_id, outcome });
}

/** Asked of the host, before the commit that acts on them. */
async function checksFor(
  worker: Worker,
  news_id: string,
  patience: AbortSignal,
): Promise<SeenChecks | null> {
  const waiting = await persist(() => waitingNews(worker.db, news_id), patience);
  if (waiting?.news.kind !== "checks" || waiting.news.commit === null) return null;
  const { commit } = waiting.news;
  const workflow = await persist(() => openWorkflowOf(worker.db, waiting.flow_id), patience);
  if (!workflow) return null;
  const seen = await checksAt(worker, workflow, commit).catch(unlessForGood);
  if (!seen) return null;
  const { state, failed } = seen;
  const words = failed.map(({ name, summary }) => `${name}: ${summary}`).sort().join("; ");
  return { commit, state, failed: worker.redactor.redact(words).slice(0, LONGEST_FAILURE) };
}

async function checksAt(worker: Worker, workflow: Workflow, commit: string) {
  const { pull_requests, connection, repository } = hostOf(worker, workflow);
  return await pull_requests?.checks({ connection, repository }, commit) ?? null;
}

/** What passes is tried again: the news is not seen to until then. */
function unlessForGood(error: unknown): null {
  const has_cause = error instanceof ProviderError || error instanceof RepositoryError;
  if (!has_cause || !error.permanent) throw error;
  log.warn("how checks stand cannot be asked: {error}", { error: error.message });
  return null;
}
