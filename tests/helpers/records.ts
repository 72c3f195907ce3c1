import type { Database } from "@/db/client.ts";
import type { AcceptRecord, TaskRecord } from "@/db/deliveries.ts";
import { newId } from "@/db/ids.ts";
import { registerWorker } from "@/db/machines.ts";
import type { Task } from "@/db/tasks.ts";
import { createTask, type NewTask } from "@/db/tasks/create.ts";
import { type Claim, claimOf, claimTask } from "@/db/tasks/run.ts";
import type { NewWebhook } from "@/db/webhooks.ts";

/** A comment that asked for `analyze` on issue 7, as the receiver would write it down. */
export function acceptRecord(change: {
  provider_delivery_id?: string;
  flow_id?: string;
  content_key?: string;
  uses?: AcceptRecord["uses"];
  body?: string;
  task?: Partial<TaskRecord>;
} = {}): AcceptRecord {
  const flow_id = change.flow_id ?? `flow-${newId()}`;
  const task_id = newId();
  const provider_delivery_id = change.provider_delivery_id ?? newId();
  const target = {
    repository: "octo/hello",
    number: 7,
    is_pull_request: false,
    on: "issue_comment",
    comment_id: 99,
    thread_comment_id: null,
  };
  return {
    delivery: {
      delivery_id: newId(),
      provider: "github",
      webhook_id: null,
      provider_delivery_id,
      dedupe_id: provider_delivery_id,
      content_key: change.content_key ?? null,
      replay_of: null,
      event_type: "issue_comment.created",
      external_id: "1296269/7",
      flow_id,
      actor: { id: "1", name: "octocat", trust: "trusted" },
      outcome: "accepted",
      reason: null,
      commands: [{ name: "analyze", matched: true, reason: "@agent analyze" }],
      command_set: null,
      other_commands_reason: null,
      unmet: null,
      found: null,
      notes: [],
      headers: { "x-github-event": "issue_comment" },
      body: new TextEncoder().encode(change.body ?? '{"action":"created"}'),
      received_at: new Date(),
    },
    flow: { flow_id, provider: "github", external_id: "1296269/7", title: "It broke", url: null },
    tasks: [{
      task_id,
      command: "analyze",
      assigned_agent: "planning",
      model: null,
      tool_profile: "read",
      input_message: "Look into it.",
      message: "@agent analyze",
      source_metadata: { provider: "github", reply_to: target },
      requires_repository: false,
      ...change.task,
    }],
    replies: [
      { reply_id: newId(), task_id, command: "analyze", kind: "reaction", target, body: "eyes" },
    ],
    uses: change.uses ?? [use(null)],
    question: null,
    answers: null,
    workflows: [],
    news: [],
    mentions: [],
    begins_conversation: false,
    may_be_alias: false,
  };
}

/** A use of `analyze`. */
export const use = (hourly_limit: number | null, person = "1", webhook_hourly_limit = 200) => ({
  name: "analyze",
  use_key: "webhook:analyze",
  person,
  hourly_limit,
  webhook_hourly_limit: hourly_limit === null ? null : webhook_hourly_limit,
});

/** A queued task that somebody asked for in the chat. */
export async function chatTask(db: Database, change: Partial<NewTask> = {}): Promise<Task> {
  const answer = await createTask(db, {
    prompt: "Say hello",
    assigned_agent: "brain",
    model: null,
    tool_profile: "full",
    source: "chat",
    created_by: "admin",
    ...change,
  });
  if (answer.outcome !== "created") throw new Error(answer.outcome);
  return answer.task;
}

/** What a machine says of itself. */
export const REPORT = {
  cli_version: "2.1.332",
  logged_in: true,
  login_hint: null,
  isolation: "uid",
  isolation_reason: "started as root",
  slots: 2,
};

/** A machine with a live worker. */
export async function liveWorker(db: Database, machine_id = "m1"): Promise<string> {
  const worker_id = newId();
  await registerWorker(db, { worker_id, pid: 1 }, { machine_id, ...REPORT });
  return worker_id;
}

/** A running task and the claim that its worker holds. */
export async function runningTask(db: Database): Promise<{ task: Task; claim: Claim }> {
  const worker_id = await liveWorker(db);
  const { task_id } = await chatTask(db);
  const task = await claimTask(db, { task_id, worker_id, machine_id: "m1" });
  if (!task) throw new Error("not claimed");
  return { task, claim: claimOf(task) };
}

/** What a run that used nothing has cost. */
export { NO_USAGE as NOTHING_USED } from "@/db/nouns/usage.ts";

/** A created webhook of GitHub, as somebody asks for it. */
export const newWebhook = (change: Partial<NewWebhook> = {}): NewWebhook => ({
  provider: "github",
  name: "Shop",
  description: "",
  enabled: true,
  command_prefix: null,
  default_command: null,
  target_agent: null,
  repository: null,
  repositories: [],
  callback_url: null,
  created_by: "admin",
  secret: "the secret of the shop",
  ...change,
});
