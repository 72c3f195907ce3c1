import type { Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import type { Notice } from "@/db/nouns/reply.ts";
import { replyTarget } from "@/db/nouns/task.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";
import { type NoticeMessage, noticeMessage } from "@/db/workflows/notice_card.ts";
import { planNotice, resultNotice } from "@/db/workflows/notices.ts";
import { whatIsKnown } from "@/db/workflows/told.ts";

/**
 * Brings what people were told of a workflow up to date, edited and not added: a comment each for
 * the plan and the result where it was asked for, and one message about all of it at the place
 * that its rules name. Where that is the same place, the message is all that is said.
 */
export async function tell(tx: Sql, workflow: Workflow): Promise<void> {
  const { workflow_id, asked, rules: { notice } } = workflow;
  const to = replyTarget({ source_metadata: asked.source_metadata });
  if (!to && !notice) return;
  const told = await whatIsKnown(tx, workflow);
  if (notice) await say(tx, workflow_id, "notice", notice, noticeMessage(told));
  if (!to || notice?.is_source) return;
  const [plan, result] = [planNotice(told), resultNotice(told)];
  // Where the first comment says no more than that it has begun, it becomes the only one.
  const is_only = plan === null && result !== null && await waitsForPlan(tx, workflow_id);
  const texts: [Notice, string | null][] = is_only ? [["plan", result]] : [
    ["plan", plan],
    ["result", result],
  ];
  for (const [kind, body] of texts) {
    if (body !== null) await say(tx, workflow_id, kind, to, { body, card: null, buttons: [] });
  }
}

async function waitsForPlan(tx: Sql, workflow_id: string): Promise<boolean> {
  const said = await tx<{ notice: Notice }[]>`
    select notice from replies where workflow_id = ${workflow_id} and notice in ('plan', 'result')`;
  return said.length === 1 && said[0].notice === "plan";
}

interface Said extends Pick<NoticeMessage, "body" | "buttons"> {
  card: NoticeMessage["card"] | null;
}

async function say(
  tx: Sql,
  workflow_id: string,
  notice: Notice,
  { provider, target }: { provider: string; target: Record<string, unknown> },
  { body, card, buttons }: Said,
): Promise<void> {
  const said = await tx<{ reply_id: string }[]>`
    insert into replies (reply_id, workflow_id, notice, provider, kind, target, body, card, buttons)
    values (${newId()}, ${workflow_id}, ${notice}, ${provider}, 'comment',
      ${storableJson(target)}::text::jsonb, ${storable(body)},
      ${card && storableJson(card)}::text::jsonb,
      ${buttons.length > 0 ? storableJson(buttons) : null}::text::jsonb)
    on conflict (workflow_id, notice) where workflow_id is not null do update set
      body = excluded.body, card = excluded.card, buttons = excluded.buttons,
      version = replies.version + 1, status = 'pending', permanent = false,
      tries = case when replies.outside_id is null then replies.tries else 0 end,
      next_try_at = replies.turn_at
    where (replies.body, replies.card, replies.buttons)
      is distinct from (excluded.body, excluded.card, excluded.buttons)
    returning reply_id`;
  await nudge(tx, "send_reply", said.map(({ reply_id }) => reply_id));
}
