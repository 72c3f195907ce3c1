import { createHash } from "node:crypto";
import type { Database } from "@/db/client.ts";
import { storable } from "@/db/storable.ts";

/** Of the provider's own ids, so that renames change nothing; without an instance, of the webhook's. */
export function flowIdOf(
  provider: string,
  instance_or_webhook_id: string,
  container_id: string,
  object_id: string,
): string {
  // JSON keeps the parts apart, whatever they hold
  const parts = JSON.stringify([provider, instance_or_webhook_id, container_id, object_id]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 32);
}

export interface NewThread {
  flow_id: string;
  external_id: string;
  url: string | null;
}

/** What people write in a thread that a reply of ours began belongs to the reply's conversation;
 * below a message about a workflow, to the workflow's flow itself. */
export async function continueFlow(
  { sql }: Database,
  reply_id: string,
  { flow_id, external_id, url }: NewThread,
): Promise<void> {
  await sql.begin(async (tx) => {
    const aliases = await tx`
      insert into flow_aliases (alias_flow_id, flow_id)
      select ${flow_id}, w.flow_id from replies r join workflows w using (workflow_id)
      where r.reply_id = ${reply_id} and w.flow_id <> ${flow_id}
      on conflict (alias_flow_id) do update set flow_id = flow_aliases.flow_id
      returning alias_flow_id`;
    if (aliases.length > 0) return;
    // in the order in which accepted deliveries take them: questions, then flows
    const [asked] = await tx<{ question_id: string }[]>`
      select q.question_id from replies r
        join questions q on q.delivery_id = r.delivery_id and q.question = r.body
      where r.reply_id = ${reply_id} and q.answered_at is null
      for update of q`;
    await tx`
      insert into flows (flow_id, provider, external_id, title, url, conversation_id)
      select ${flow_id}, f.provider, ${storable(external_id)}, f.title, coalesce(${url}, f.url),
        f.conversation_id
      from replies r
        left join tasks t on t.task_id = r.task_id
        left join deliveries d on d.delivery_id = r.delivery_id
        join flows f on f.flow_id = coalesce(t.flow_id, d.flow_id)
      where r.reply_id = ${reply_id}
      on conflict (flow_id) do nothing`;
    if (!asked) return;
    await tx`
      update questions set flow_id = ${flow_id}
      where question_id = ${asked.question_id} and flow_id <> ${flow_id}
        and exists (select from flows where flow_id = ${flow_id})
        and not exists (
          select from questions o where o.flow_id = ${flow_id} and o.answered_at is null)`;
  });
}
