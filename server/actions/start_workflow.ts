import { v7 } from "uuid";
import type { ReplyRecord, WorkflowRecord } from "@/db/deliveries.ts";
import { partsOf, type Step, type WorkflowPart } from "@/db/nouns/step.ts";
import { repositoryText } from "@/db/nouns/repository_name.ts";
import type { RepositoryRef, WorkflowRules } from "@/db/nouns/workflow.ts";
import { firstNotice } from "@/db/workflows/first_notice.ts";
import { visibleText } from "@/server/providers/hidden_text.ts";
import { chooseRepository } from "@/server/repositories/choose.ts";
import type { Action, ActionInput } from "./action.ts";
import { acknowledged, type MadePrompt, promptOf } from "./create_task.ts";
import { flowPage, personKeyOf, refusedInWords, reply } from "./reply.ts";
import { sourceMetadata } from "./source_metadata.ts";

const LONGEST_DESCRIPTION = 200_000;

/** Opens a workflow, and queues its first step. */
export const startWorkflow: Action = (input) => {
  const { command, args, webhook, event, shows_answer, public_url } = input;
  const steps = partsOf(command);
  const chosen = steps.includes("executor")
    ? chooseRepository(input)
    : { repository: null, note: null };
  if ("words" in chosen) return refusedInWords(input, chosen.reason, chosen.words);
  const made = promptOf(input);
  const workflow = workflowOf(input, steps, chosen.repository, made);
  const task_id = v7();
  const task = {
    task_id,
    command: command.name,
    assigned_agent: steps[0],
    model: command.model,
    tool_profile: "read" as const,
    input_message: made.input_message,
    message: `${command.name} ${visibleText(args, webhook.provider.shows.text).text}`.trim(),
    source_metadata: workflow.asked.source_metadata,
    requires_repository: chosen.repository !== null,
    workflow_id: workflow.workflow_id,
    step: steps[0] as Step,
    round: 1,
  };
  const answer = shows_answer && webhook.provider.answer
    ? webhook.provider.answer(`On it: ${public_url}/tasks/${task_id}`)
    : undefined;
  const notes = [...made.notes, startNote(input, steps, chosen.repository)];
  if (chosen.note) notes.push(`${command.name}: ${chosen.note}`);
  if (!event.reply_target) notes.push(`${command.name}: there is no place to tell of it`);
  const replies = [...acknowledged(input, task_id).replies, ...noticed(input, workflow)];
  return { tasks: [task], replies, workflows: [workflow], notes, answer };
};

function workflowOf(
  input: ActionInput,
  steps: WorkflowPart[],
  repository: RepositoryRef | null,
  { input_message, hidden }: MadePrompt,
): WorkflowRecord {
  const { command, event, webhook, trust } = input;
  const { actor, object, context } = event;
  const source_metadata = sourceMetadata(input, command.name);
  const { id, name } = actor;
  return {
    workflow_id: v7(),
    command: command.name,
    steps,
    asked_by: personKeyOf(input),
    repository,
    rules: { ...webhook.workflow_rules, notice: noticeOf(input) },
    asked: {
      prompt: input_message,
      title: (context?.title || object?.title || command.name).slice(0, 500),
      url: object?.url ?? event.text_url,
      number: object?.name ?? source_metadata.number?.toString() ?? null,
      by: { provider: webhook.provider.name, id, name, email: emailOf(input) },
      trust,
      hidden,
      description: (context?.body ?? "").slice(0, LONGEST_DESCRIPTION),
      source_metadata,
    },
    if_refused: reply(input, { kind: "comment", body: goingOn(input) }).replies,
  };
}

/** As the commits name them that come of it; a bot is nobody's co-author. */
function emailOf({ webhook: { provider }, event: { actor, instance } }: ActionInput) {
  if (actor.is_bot || instance === null) return null;
  return provider.commitEmail?.(actor, instance) ?? null;
}

/** Where one message tells how the work stands: here, if it can be shown here. */
function noticeOf({ webhook, event: { reply_target } }: ActionInput): WorkflowRules["notice"] {
  const { provider: { name, abilities }, webhook_id, workflow_rules } = webhook;
  if (!abilities.includes("card") || !reply_target) return workflow_rules.notice;
  return { provider: name, target: { ...reply_target, webhook_id }, is_source: true };
}

function noticed(input: ActionInput, workflow: WorkflowRecord): ReplyRecord[] {
  const { notice } = workflow.rules;
  if (!notice) return [];
  const { body, card } = firstNotice(workflow, input.situation?.flow_id ?? input.flow_id ?? "");
  const { provider, target } = notice;
  return [{
    reply_id: v7(),
    task_id: null,
    workflow_id: workflow.workflow_id,
    notice: "notice",
    command: input.command.name,
    kind: "comment",
    provider,
    target,
    body,
    card,
  }];
}

export const goingOn = (input: ActionInput): string =>
  `Work on this is going on already${flowPage(input)}.`;

function startNote({ command }: ActionInput, steps: string[], repository: RepositoryRef | null) {
  const at = repository ? ` in ${repositoryText(repository)}` : "";
  return `${command.name}: a workflow${at}: ${steps.join(" → ")}`;
}
