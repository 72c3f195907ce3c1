import type { Database } from "@/db/client.ts";

/** Differs after every change of a row or its commands; `updated_at` misses what is done by hand. */
export async function webhookVersions(
  { sql }: Pick<Database, "sql">,
  webhook_ids?: string[],
): Promise<Map<string, string>> {
  const rows = await sql<{ webhook_id: string; version: string }[]>`
    select webhook_id, w.xmin || ' ' || coalesce((
      select md5(string_agg(c.command_id || c.xmin::text, ' ' order by c.command_id))
      from webhook_commands c where c.webhook_id = w.webhook_id), '') as version
    from webhooks w ${webhook_ids ? sql`where webhook_id = any (${webhook_ids})` : sql``}`;
  return new Map(rows.map(({ webhook_id, version }) => [webhook_id, version]));
}
