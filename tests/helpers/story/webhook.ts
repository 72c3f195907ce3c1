import type { Database } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { refuseDelivery } from "@/db/deliveries/refuse.ts";
import { recordAnswerTime } from "@/db/deliveries/answer_times.ts";
import { newId } from "@/db/ids.ts";
import { partPosted, replyFailed, replySent, takeReply } from "@/db/replies/sending.ts";
import { getTask } from "@/db/tasks.ts";
import { finishTask } from "@/db/tasks/run.ts";
import { acceptRecord, chatTask } from "@/tests/helpers/records.ts";
import { said, USAGE } from "@/tests/helpers/story/rows.ts";
import { REPORT, RUN } from "@/tests/helpers/story/run.ts";
import { REFUSED, SEEN } from "@/tests/helpers/story/seen.ts";
import { speak, taken } from "@/tests/helpers/story/speaking.ts";

const BODY = JSON.stringify({
  action: "created",
  issue: { number: 7, title: "It broke", user: { login: "octocat" } },
  comment: { body: "@agent analyze why does it break on <script>alert(1)</script>?" },
});

/** A comment at GitHub with its task, its replies and a task that goes on in its conversation. */
export async function webhookStory(db: Database, worker_id: string) {
  const record = acceptRecord({
    body: BODY,
    task: {
      source_metadata: {
        provider: "github",
        command: "analyze",
        title: "It broke on Tuesday",
        repository: "octo/hello",
        number: 7,
        actor: "octocat",
        trust: "trusted",
        url: "https://github.com/octo/hello/issues/7#issuecomment-1",
        reply_to: { owner: "octo", repo: "hello", number: 7 },
      },
    },
  });
  const { delivery_id } = record.delivery;
  record.tasks[0].source_metadata.delivery_id = delivery_id;
  record.delivery.commands.push({ name: "review", matched: false, reason: "not asked for" });
  await acceptDelivery(db, record);
  await acceptDelivery(db, {
    ...record,
    delivery: { ...record.delivery, delivery_id: newId(), received_at: new Date() },
  });
  recordAnswerTime(db, delivery_id, 7.3);
  await refuseDelivery(db, {
    webhook_id: null,
    provider: "github",
    outcome: "refused",
    reason: "The signature does not fit the body.",
    event_type: "push",
    provider_delivery_id: "d-1",
    body_bytes: 812,
    answered_ms: 1.2,
  });
  const task_id = record.tasks[0].task_id;
  const claim = await taken(db, task_id, worker_id, "builder-1");
  await speak(db, claim, RUN, USAGE);
  await finishTask(db, claim, {
    status: "completed",
    output: REPORT,
    error: null,
    usage: USAGE,
    coverage: SEEN,
    refusals: REFUSED,
  });
  await sendReplies(db, task_id);
  const { conversation_id } = (await getTask(db, task_id))!;
  const trusted_task = await trustedTask(db, worker_id, conversation_id);
  const outside = { outside_conversation: conversation_id, trusted_task };
  return { webhook_task: task_id, delivery: delivery_id, ...outside };
}

async function trustedTask(db: Database, worker_id: string, conversation_id: string) {
  const prompt = "Write a test that shows it";
  const { task_id } = await chatTask(db, { prompt, conversation_id, trust_outside_text: true });
  const claim = await taken(db, task_id, worker_id, "builder-1");
  await speak(db, claim, [said("I begin with the test", "msg_1")], USAGE);
  const ending = { output: null, error: "It reached its limit of 5 dollars.", usage: USAGE };
  await finishTask(db, claim, { status: "failed", ...ending });
  return task_id;
}

async function sendReplies(db: Database, task_id: string): Promise<void> {
  const rows = await db.sql<{ reply_id: string; kind: string }[]>`
    select reply_id, kind from replies where task_id = ${task_id}`;
  for (const { reply_id, kind } of rows) {
    const reply = await takeReply(db, reply_id);
    if (!reply) throw new Error("not taken");
    if (kind === "comment") {
      const outside_url = "https://github.com/octo/hello/issues/7#issuecomment-2";
      await partPosted(db, reply, { outside_ids: ["2"], outside_url });
      await replySent(db, reply);
    } else {
      const error = "GitHub answered 403: Resource not accessible by integration.";
      await replyFailed(db, reply, { error, retry_after_seconds: null });
    }
  }
}
