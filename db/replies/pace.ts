import type { Database, Sql } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";

export interface Pace {
  key: string;
  interval_seconds: number;
  burst: number;
}

/** Null: now. The turn is theirs from here on, given in the order in which it was asked for. */
export async function nextTurn(
  tx: Sql,
  pace: Pace,
  cost: number,
): Promise<{ turn_at: Date; wait_seconds: number } | null> {
  const spent = cost * pace.interval_seconds;
  // not now(): of two that wait for this row, the second may have begun its transaction earlier
  const [row] = await tx<{ turn_at: Date; wait_seconds: number }[]>`
    with turn as (
      insert into reply_pace (pace_key, next_at)
      values (${storable(pace.key)}, clock_timestamp() + ${spent} * interval '1 s')
      on conflict (pace_key) do update
        set next_at = greatest(reply_pace.next_at, clock_timestamp()) + ${spent} * interval '1 s'
      returning next_at - ${spent + leeway(pace)} * interval '1 s' as turn_at
    )
    select turn_at, extract(epoch from turn_at - clock_timestamp())::float8 as wait_seconds from turn`;
  return row.wait_seconds > 0 ? row : null;
}

/** Nobody speaks there for `seconds`: those who have a turn before that get a new one. */
export async function holdPace({ sql }: Database, pace: Pace, seconds: number): Promise<void> {
  const until = (more: number) => sql`now() + ${seconds + more} * interval '1 s'`;
  // always in this order, so that two who hold the same place do not wait for each other
  await sql`
    insert into reply_pace (pace_key, next_at)
    values (${storable(pace.key)}, ${until(leeway(pace))}), (${heldKey(pace)}, ${until(0)})
    on conflict (pace_key) do update
      set next_at = greatest(reply_pace.next_at, excluded.next_at)`;
}

export async function isHeld(tx: Sql, pace: Pace): Promise<boolean> {
  const held = await tx`
    select from reply_pace where pace_key = ${heldKey(pace)} and next_at > now()`;
  return held.length > 0;
}

const leeway = ({ burst, interval_seconds }: Pace): number => (burst - 1) * interval_seconds;
const heldKey = ({ key }: Pace): string => `hold ${storable(key)}`;
