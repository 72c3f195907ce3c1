import type { Sql } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";

/** False where the two are not linked. What is undone is not linked again by itself. */
export async function undoLink(tx: Sql, one: string, other: string, by: string): Promise<boolean> {
  const undone = await tx`
    update flow_links set undone_at = now(), undone_by = ${storable(by)}
    where flow_id = least(${one}::text, ${other}::text)
      and linked_flow_id = greatest(${one}::text, ${other}::text) and undone_at is null`;
  return undone.count > 0;
}
