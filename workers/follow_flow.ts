import { getLogger } from "@logtape/logtape";
import { followNews } from "@/db/flow_news.ts";
import { persist } from "@/workers/persist.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "follow_flow"]);

const PATIENCE_MS = 60_000;

/** What a delivery told of a flow: a decision, a wish, the end of a pull request, checks. */
export async function followFlow(worker: Worker, news_id: string): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const outcome = await persist(() => followNews(worker.db, news_id), patience);
  if (outcome !== null) log.info("news {news_id}: {outcome}", { news_id, outcome });
}
