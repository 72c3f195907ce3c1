import { costOf } from "@/db/workflows/figures.ts";
import { planText } from "@/db/workflows/step_text.ts";
import { providers } from "@/server/providers/mod.ts";
import type { At } from "@/workers/send_change/host.ts";

const LONGEST_TITLE = 200;

/** Title and description of a pull request: the plan, where it came from, and what it cost. */
export async function pullRequestText(at: At): Promise<{ title: string; body: string }> {
  const { worker, workflow, change, host } = at;
  const { plan, asked, rules, flow_id, workflow_id } = workflow;
  const cost_usd = await costOf(worker.db, workflow_id);
  const remarks = change.remarks.map((remark) => `- ${remark}`).join("\n");
  const parts = [
    plan && planText(plan),
    remarks && `### To look at\n\n${remarks}`,
    change.is_signed ? null : "The commits are not signed.",
    [
      asked.url && `Asked for at ${asked.url}.`,
      `The whole story: ${rules.public_url}/flows/${flow_id}.`,
      `${cost_usd.toFixed(2)} US dollars so far.`,
    ].filter(Boolean).join(" "),
  ];
  const { redact } = worker.redactor;
  const whole = redact(parts.filter(Boolean).join("\n\n"));
  const outgoing = { marker_id: workflow_id, mentions: [worker.command_prefix], more_url: null };
  const [body] = providers.get(host.provider)!.prepare(whole, outgoing);
  return { title: redact(plan?.title ?? asked.title).slice(0, LONGEST_TITLE), body };
}
