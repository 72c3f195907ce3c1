import type { WorkflowRecord } from "@/db/deliveries.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Told } from "@/db/workflows/notices.ts";
import { type NoticeMessage, noticeMessage } from "@/db/workflows/notice_card.ts";

/** What is said of a workflow that begins now, in the commit that opens it. Pure. */
export const firstNotice = (record: WorkflowRecord, flow_id: string): NoticeMessage =>
  noticeMessage(beginning(record, flow_id));

/** All that is known of it then. Pure. */
export function beginning(record: WorkflowRecord, flow_id: string): Told {
  const { asked, rules, steps, repository } = record;
  return {
    workflow: {
      flow_id,
      asked,
      rules,
      steps,
      repository,
      status: "running",
      waits_for: null,
      round: 1,
      class: null,
      plan: null,
      error: null,
      failed_step: null,
      end_text: null,
      ended_at: null,
    },
    step: steps[0] as Step,
    approval: null,
    votes: [],
    pull_request: null,
    verdict: null,
    answer: null,
    remarks: [],
    is_signed: null,
    cost_usd: 0,
    duration_seconds: 0,
  };
}
