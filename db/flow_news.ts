import { getLogger } from "@logtape/logtape";
import { type Database, isConnectionError, type Sql, type TransactionSql } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import { type FlowNews, flowNews } from "@/db/nouns/flow_news.ts";
import { nudge } from "@/db/queue.ts";
import { storable } from "@/db/storable.ts";
import { hear, type SeenChecks } from "@/db/hear.ts";

const log = getLogger(["agent", "flow_news"]);

interface Waiting {
  flow_id: string | null;
  provider: string;
  kind: string;
  data: Record<string, unknown>;
}

/** What is waiting to be seen to, or null. */
export async function waitingNews(
  { sql }: Database,
  news_id: string,
): Promise<{ flow_id: string; news: FlowNews } | null> {
  if (!isId(news_id)) return null;
  const [row] = await sql<Waiting[]>`
    select flow_id, provider, kind, data from flow_news
    where news_id = ${news_id} and handled_at is null`;
  const read = flowNews.safeParse({ ...row?.data, kind: row?.kind });
  return row?.flow_id && read.success ? { flow_id: row.flow_id, news: read.data } : null;
}

/**
 * Sees to what a delivery told, in one commit; what came of it, or null where that was done.
 * `checks`: what the host says of a commit's checks, for news of them.
 */
export async function followNews(
  { sql }: Database,
  news_id: string,
  checks: SeenChecks | null = null,
): Promise<string | null> {
  if (!isId(news_id)) return null;
  return await sql.begin(async (tx) => {
    const [news] = await tx<Waiting[]>`
      select flow_id, provider, kind, data from flow_news
      where news_id = ${news_id} and handled_at is null for update skip locked`;
    if (!news) return null;
    const outcome = await heardOrNot(tx, news, checks);
    await tx`
      update flow_news set handled_at = now(), outcome = ${storable(outcome)}
      where news_id = ${news_id}`;
    return outcome;
  });
}

/** A fault that would come again with each look is said once instead. */
async function heardOrNot(
  tx: TransactionSql,
  news: Waiting,
  checks: SeenChecks | null,
): Promise<string> {
  try {
    return await tx.savepoint((inner) => heard(inner, news, checks));
  } catch (error) {
    if (isConnectionError(error)) throw error;
    log.error("news of {flow_id}: {error}", { flow_id: news.flow_id, error });
    return `It met a fault: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function heard(
  tx: Sql,
  { flow_id, provider, kind, data }: Waiting,
  checks: SeenChecks | null,
): Promise<string> {
  const read = flowNews.safeParse({ ...data, kind });
  if (!read.success) return `It cannot be read: ${read.error.message}`;
  if (flow_id === null) return "It belongs to no flow.";
  return await hear(tx, { flow_id, provider }, read.data, checks);
}

const FORGOTTEN_AFTER_SECONDS = 5;

/** The backstop for a lost nudge. */
export async function nudgeNews({ sql }: Database): Promise<void> {
  const rows = await sql<{ news_id: string }[]>`
    select news_id from flow_news
    where handled_at is null and created_at < now() - ${FORGOTTEN_AFTER_SECONDS} * interval '1 s'
    order by news_id limit 100`;
  await nudge(sql, "follow_flow", rows.map(({ news_id }) => news_id));
}
