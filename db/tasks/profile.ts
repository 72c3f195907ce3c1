import type { Database, Sql } from "@/db/client.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";
import { type Claim, held } from "@/db/tasks/run.ts";

export interface ProfileWish {
  tool_profile: ToolProfile | null;
  /** Said in so many words, for this run: text from outside may use more than `read`. */
  trust_outside_text: boolean;
}

export type ProfileDecision =
  | { allowed: true; tool_profile: ToolProfile; is_raised: boolean }
  | { allowed: false };

/** The profile of a run that is asked for without one, and reads nothing from outside. */
const DEFAULT_PROFILE: ToolProfile = "full";

/** Text from outside means `read`, unless somebody raises that knowingly. Pure. */
export function decideProfile(wish: ProfileWish, reads_outside_text: boolean): ProfileDecision {
  const { tool_profile, trust_outside_text } = wish;
  const wanted = tool_profile ?? DEFAULT_PROFILE;
  if (!reads_outside_text || wanted === "read") {
    return { allowed: true, tool_profile: wanted, is_raised: false };
  }
  if (trust_outside_text) return { allowed: true, tool_profile: wanted, is_raised: true };
  if (tool_profile !== null) return { allowed: false };
  return { allowed: true, tool_profile: "read", is_raised: false };
}

export async function readsOutsideText(
  sql: Sql,
  { conversation_id, parent_task_id = null }: {
    conversation_id: string;
    parent_task_id?: string | null;
  },
): Promise<boolean> {
  const [row] = await sql<{ holds: boolean }[]>`
    select holds_outside_text(${conversation_id}, ${parent_task_id}) as holds`;
  return row.holds;
}

export const messagesOf = (sql: Sql, conversation_id: string) =>
  sql`array(select message_id from messages where conversation_id = ${conversation_id})`;

/** It came after the profile was raised: the answer of a task under way, or a question of ours. */
const readsMore = (sql: Sql) =>
  sql`exists (
    select from messages m left join tasks by on by.task_id = m.task_id
    where m.conversation_id = tasks.conversation_id and m.task_id is distinct from tasks.task_id
      and (by.task_id is null or by.completed_at is not null)
      and m.message_id <> all (coalesce(tasks.profile_raised_over, '{}')))`;

/** `read` from here on where text from outside came in since it was decided. Null: claim lost. */
export async function settleProfile({ sql }: Database, claim: Claim): Promise<ToolProfile | null> {
  const [row] = await sql<{ tool_profile: ToolProfile }[]>`
    with untrusted as (
      select task_id from tasks
      where ${held(sql, claim)}
        -- What an executor reads was frozen before somebody approved it.
        and not (step is not distinct from 'executor' and profile_raised_by is not null)
        and (flow_id is not null or holds_outside_text(conversation_id, parent_task_id))
        and (profile_raised_by is null or ${readsMore(sql)})
    )
    update tasks set
      tool_profile = case when task_id in (select task_id from untrusted)
        then 'read' else tool_profile end,
      profile_raised_by = case when task_id in (select task_id from untrusted)
        then null else profile_raised_by end
    where ${held(sql, claim)} returning tool_profile`;
  return row?.tool_profile ?? null;
}
