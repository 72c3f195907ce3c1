import type { Sql } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import type { Change, ChangeKind, ChangeStage } from "@/db/nouns/change.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { nudge } from "@/db/queue.ts";
import { storableJson } from "@/db/storable.ts";

/** What an executor's run left, committed and checked. */
export interface Committed
  extends Pick<Change, "files" | "remarks" | "is_signed" | "expected_head"> {
  task_id: string;
  machine_id: string;
  commit: string;
  branch: string;
  base_branch: string;
  base_commit: string;
}

const FIRST_STAGE: Record<ChangeKind, ChangeStage> = {
  publish: "push",
  ready: "ready",
  close: "close",
};

/** Puts a change into the outbox. One that failed is tried again instead. */
export async function requestChange(
  tx: Sql,
  { workflow_id, flow_id, round }: Workflow,
  kind: ChangeKind,
  committed: Committed | null,
): Promise<void> {
  const [failed] = committed ? [] : await tx<{ change_id: string }[]>`
    update changes set status = 'pending', tries = 0, next_try_at = null, ended_at = null
    where change_id = (select change_id from changes
      where workflow_id = ${workflow_id} and kind = ${kind} order by change_id desc limit 1)
      and status = 'failed'
    returning change_id`;
  if (failed) return await nudge(tx, "send_change", [failed.change_id]);
  const change_id = newId();
  const { files = [], remarks = [], is_signed = false } = committed ?? {};
  await tx`
    insert into changes (change_id, workflow_id, flow_id, task_id, kind, stage, round, machine_id,
      commit, expected_head, files, remarks, is_signed)
    values (${change_id}, ${workflow_id}, ${flow_id}, ${committed?.task_id ?? null}, ${kind},
      ${FIRST_STAGE[kind]}, ${round}, ${committed?.machine_id ?? null},
      ${committed?.commit ?? null}, ${committed?.expected_head ?? null},
      ${storableJson(files)}::text::jsonb,
      ${storableJson(remarks)}::text::jsonb, ${is_signed})`;
  await nudge(tx, "send_change", [change_id]);
}
