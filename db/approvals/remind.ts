/** Plans that wait: people are told again, since an edit of what was said wakes nobody. */
import { type Below, HERE, sayBelowNotice } from "@/db/approvals/below_notice.ts";
import type { Database, Sql } from "@/db/client.ts";
import { replyTarget } from "@/db/nouns/task.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { sayAnew } from "@/db/replies/say_anew.ts";
import { lockWorkflow } from "@/db/workflows.ts";
import { minute } from "@/db/workflows/notices.ts";

interface Due {
  approval_id: string;
  workflow_id: string;
}

/**
 * Says each reminder that is due, in the commit that moves on when the next one is: once, however
 * many workers look. What became due while none of them ran is said as one.
 */
export async function remindOfApprovals(
  { sql }: Database,
  below: Below = HERE,
): Promise<string[]> {
  const due = await sql<Due[]>`
    select approval_id, workflow_id from approvals
    where status = 'pending' and next_reminder_at <= now() and expires_at > now()
    order by next_reminder_at limit 100`;
  const reminded: string[] = [];
  for (const approval of due) {
    if (await sql.begin((tx) => remind(tx, approval, below))) reminded.push(approval.approval_id);
  }
  return reminded;
}

async function remind(tx: Sql, { approval_id, workflow_id }: Due, below: Below): Promise<boolean> {
  const workflow = await lockWorkflow(tx, workflow_id);
  if (!workflow) return false;
  const [moved] = await tx<{ title: string; hours: number; expires_at: Date }[]>`
    update approvals set next_reminder_at = (
      select min(requested_at + hours * interval '1 hour')
      from unnest(${workflow.rules.reminders_hours}::float8[]) as hours
      where requested_at + hours * interval '1 hour' > now())
    where approval_id = ${approval_id} and status = 'pending' and next_reminder_at <= now()
      and expires_at > now()
    returning plan ->> 'title' as title, expires_at,
      extract(epoch from now() - requested_at)::float8 / 3600 as hours`;
  if (!moved) return false;
  await say(tx, workflow, reminder(workflow, approval_id, moved), below);
  return true;
}

/** Where it was asked for, and at the place of its notice where that is another one. */
async function say(tx: Sql, workflow: Workflow, body: string, below: Below): Promise<void> {
  const { workflow_id, asked, rules: { notice } } = workflow;
  const to = replyTarget({ source_metadata: asked.source_metadata });
  if (to && !notice?.is_source) {
    await sayAnew(tx, workflow_id, {
      kind: "comment",
      provider: to.provider,
      target: to.target,
      body,
    });
  }
  await sayBelowNotice(tx, workflow, body, below);
}

const reminder = (
  { rules }: Workflow,
  approval_id: string,
  { title, hours, expires_at }: { title: string; hours: number; expires_at: Date },
): string =>
  `⏰ **A plan still waits for a decision**: “${title}”. It was written ${ago(hours)} ago and ` +
  `expires on ${minute(expires_at)} UTC. Read it and decide: ` +
  `${rules.public_url}/approvals/${approval_id}`;

function ago(hours: number): string {
  const whole = Math.round(hours);
  if (whole < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return whole === 1 ? "an hour" : `${whole} hours`;
}
