import type { Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import type { Card } from "@/db/nouns/card.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";

export interface SaidAnew {
  /** `message`: for one person. */
  kind: "comment" | "message";
  provider: string;
  target: Record<string, unknown>;
  body: string;
  card?: Card;
}

/** Says something new of a workflow: nothing that was said before is changed. */
export async function sayAnew(
  tx: Sql,
  workflow_id: string | null,
  { kind, provider, target, body, card }: SaidAnew,
): Promise<void> {
  const reply_id = newId();
  await tx`
    insert into replies (reply_id, workflow_id, provider, kind, target, body, card)
    values (${reply_id}, ${workflow_id}, ${provider}, ${kind},
      ${storableJson(target)}::text::jsonb, ${storable(body)},
      ${card ? storableJson(card) : null}::text::jsonb)`;
  await nudge(tx, "send_reply", [reply_id]);
}
