import type { Database, Sql } from "@/db/client.ts";
import { isId } from "@/db/ids.ts";
import { flowNews } from "@/db/nouns/flow_news.ts";
import { nudge } from "@/db/queue.ts";
import { storable } from "@/db/storable.ts";
import { hear } from "@/db/flows/hear.ts";

interface Waiting {
  flow_id: string | null;
  provider: string;
  kind: string;
  data: Record<string, unknown>;
}

/** Sees to what a delivery told, in one commit; what came of it, or null where that was done. */
export async function followNews({ sql }: Database, news_id: string): Promise<string | null> {
  if (!isId(news_id)) return null;
  return await sql.begin(async (tx) => {
    const [news] = await tx<Waiting[]>`
      select flow_id, provider, kind, data from flow_news
      where news_id = ${news_id} and handled_at is null for update skip locked`;
    if (!news) return null;
    const outcome = await heard(tx, news);
    await tx`
      update flow_news set handled_at = now(), outcome = ${storable(outcome)}
      where news_id = ${news_id}`;
    return outcome;
  });
}

async function heard(tx: Sql, { flow_id, provider, kind, data }: Waiting): Promise<string> {
  const read = flowNews.safeParse({ ...data, kind });
  if (!read.success) return `It cannot be read: ${read.error.message}`;
  if (flow_id === null) return "It belongs to no flow.";
  return await hear(tx, { flow_id, provider }, read.data);
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
