import type { Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import type { Change } from "@/db/nouns/change.ts";
import type { Notice } from "@/db/nouns/reply.ts";
import { replyTarget } from "@/db/nouns/task.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { planNotice, resultNotice, type Told } from "@/db/workflows/notices.ts";

/** Brings what people were told of a workflow up to date: a comment for each, edited, not added. */
export async function tell(tx: Sql, workflow: Workflow): Promise<void> {
  const to = replyTarget({ source_metadata: workflow.asked.source_metadata });
  if (!to) return;
  const told = await whatIsKnown(tx, workflow);
  const texts: [Notice, string | null][] = [
    ["plan", planNotice(told)],
    ["result", resultNotice(told)],
  ];
  for (const [notice, body] of texts) {
    if (body !== null) await say(tx, workflow.workflow_id, notice, to, body);
  }
}

async function whatIsKnown(tx: Sql, workflow: Workflow): Promise<Told> {
  const { workflow_id } = workflow;
  const [approval] = await tx<NonNullable<Told["approval"]>[]>`
    select approval_id, status, plan, needed, expires_at, decided_by, decided_via, note, void_reason,
      refused, (select coalesce(json_agg(json_build_object('name', v.name, 'note', v.note)
        order by v.at), '[]') from approval_votes v where v.approval_id = a.approval_id) as votes
    from approvals a where workflow_id = ${workflow_id} order by approval_id desc limit 1`;
  const [sums] = await tx<Pick<Told, "cost_usd" | "duration_seconds">[]>`
    select coalesce(sum(cost_usd), 0) as cost_usd, coalesce(extract(epoch from
      sum(coalesce(completed_at, now()) - started_at)), 0)::float8 as duration_seconds
    from tasks where workflow_id = ${workflow_id}`;
  const [pull_request] = await tx<NonNullable<Told["pull_request"]>[]>`
    select url, number, state, is_draft from pull_requests where workflow_id = ${workflow_id}
    order by created_at desc limit 1`;
  const [verdict] = await tx<{ result: unknown }[]>`
    select result from tasks where workflow_id = ${workflow_id} and step = 'verifier'
      and status = 'completed' order by task_id desc limit 1`;
  const changes = await tx<Pick<Change, "kind" | "remarks" | "is_signed">[]>`
    select distinct on (kind) kind, remarks, is_signed from changes
    where workflow_id = ${workflow_id} and kind <> 'close' order by kind, change_id desc`;
  const published = changes.find(({ kind }) => kind === "publish");
  const [answer] = await tx<{ result: unknown }[]>`
    select result from tasks where workflow_id = ${workflow_id} and step = 'brain'
      and status = 'completed' order by task_id desc limit 1`;
  return {
    workflow,
    approval: approval ?? null,
    pull_request: pull_request ?? null,
    verdict: verdict?.result ?? null,
    answer: answer?.result ?? null,
    remarks: changes.flatMap(({ remarks }) => remarks),
    is_signed: published?.is_signed ?? null,
    ...sums,
  };
}

async function say(
  tx: Sql,
  workflow_id: string,
  notice: Notice,
  { provider, target }: { provider: string; target: Record<string, unknown> },
  body: string,
): Promise<void> {
  const said = await tx<{ reply_id: string }[]>`
    insert into replies (reply_id, workflow_id, notice, provider, kind, target, body)
    values (${newId()}, ${workflow_id}, ${notice}, ${provider}, 'comment',
      ${storableJson(target)}::text::jsonb, ${storable(body)})
    on conflict (workflow_id, notice) where workflow_id is not null do update set
      body = excluded.body, version = replies.version + 1, status = 'pending', permanent = false,
      tries = case when replies.outside_id is null then replies.tries else 0 end,
      next_try_at = replies.turn_at
    where replies.body <> excluded.body
    returning reply_id`;
  await nudge(tx, "send_reply", said.map(({ reply_id }) => reply_id));
}
