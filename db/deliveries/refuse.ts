import type { Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";

export interface Refusal {
  provider: string;
  webhook_id: string | null;
  outcome: "refused" | "invalid";
  reason: string;
  event_type: string | null;
  provider_delivery_id: string | null;
  body_bytes: number;
  answered_ms: number;
}

/** Kept of those that prove nothing about their sender, so that nobody can fill the table. */
const REFUSALS_KEPT = 1000;

export async function refuseDelivery({ sql }: Database, refusal: Refusal): Promise<void> {
  const row = {
    ...refusal,
    delivery_id: newId(),
    event_type: refusal.event_type?.slice(0, 200) ?? null,
    provider_delivery_id: refusal.provider_delivery_id?.slice(0, 200) ?? null,
  };
  await sql`
    with kept as (
      insert into deliveries ${sql(JSON.parse(storableJson(row)))}
    )
    delete from deliveries where delivery_id in (
      select delivery_id from deliveries
      where outcome = ${refusal.outcome} and outcome in ('refused', 'invalid')
      order by delivery_id desc offset ${REFUSALS_KEPT} limit 100)`;
}
