// db/nouns and the tables say the same: lists of words, fields, and what is stored as JSON.
import assert from "node:assert/strict";
import { APPROVAL_STATUSES } from "@/db/nouns/approval.ts";
import {
  CHANGE_KINDS,
  CHANGE_STAGES,
  CHANGE_STATUSES,
  CHECK_STATES,
  PULL_REQUEST_STATES,
} from "@/db/nouns/change.ts";
import { CONVERSATION, CONVERSATION_SOURCES, MESSAGE_ROLES } from "@/db/nouns/conversation.ts";
import { BODY_ENCODINGS, DELIVERY, OUTCOMES } from "@/db/nouns/delivery.ts";
import { OUTPUT, OUTPUT_KINDS } from "@/db/nouns/output.ts";
import {
  NOTICES,
  REPLY,
  REPLY_ENDS,
  REPLY_INTERNALS,
  REPLY_KINDS,
  REPLY_STATUSES,
} from "@/db/nouns/reply.ts";
import {
  INTERRUPTIONS,
  TASK,
  TASK_INTERNALS,
  TASK_SOURCES,
  TASK_STATUSES,
} from "@/db/nouns/task.ts";
import { STEPS } from "@/db/nouns/step.ts";
import { CLASSES } from "@/db/nouns/step_results.ts";
import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";
import { WEBHOOK, WEBHOOK_SETTINGS } from "@/db/nouns/webhook.ts";
import { WAITS_FOR, WORKFLOW_STATUSES } from "@/db/nouns/workflow.ts";
import { getDelivery } from "@/db/deliveries/list.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { newId } from "@/db/ids.ts";
import { openQuestion } from "@/db/questions.ts";
import { listReplies } from "@/db/replies.ts";
import { ROLES } from "@/db/sessions.ts";
import { getSetting, putOwnName } from "@/db/settings.ts";
import { getConversation } from "@/db/conversations.ts";
import { appendOutput, readOutput } from "@/db/task_output.ts";
import { getTask } from "@/db/tasks.ts";
import { ensureBuiltinWebhooks, getWebhook } from "@/db/webhooks.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord, runningTask } from "@/tests/helpers/records.ts";

const LISTS: Record<string, readonly string[]> = {
  "api_tokens.role": ROLES,
  "approvals.status": APPROVAL_STATUSES,
  "changes.kind": CHANGE_KINDS,
  "changes.stage": CHANGE_STAGES,
  "changes.status": CHANGE_STATUSES,
  "conversations.source": CONVERSATION_SOURCES,
  "deliveries.body_encoding": BODY_ENCODINGS,
  "deliveries.outcome": OUTCOMES,
  "messages.role": MESSAGE_ROLES,
  "pull_requests.checks": CHECK_STATES,
  "pull_requests.state": PULL_REQUEST_STATES,
  "replies.kind": REPLY_KINDS,
  "replies.notice": NOTICES,
  "replies.status": REPLY_STATUSES,
  "reply_counts.what": REPLY_ENDS,
  "sessions.role": ROLES,
  "sign_in_links.role": ROLES,
  "task_output.kind": OUTPUT_KINDS,
  "tasks.interruption": INTERRUPTIONS,
  "tasks.source": TASK_SOURCES,
  "tasks.status": TASK_STATUSES,
  "tasks.step": STEPS,
  "tasks.tool_profile": TOOL_PROFILES,
  "workflows.class": CLASSES,
  "workflows.status": WORKFLOW_STATUSES,
  "workflows.waits_for": WAITS_FOR,
};

Deno.test("each list of words that a table checks is the list that the code has", async () => {
  await using t = await testDatabase();
  const checks = await t.db.sql<{ definition: string; column: string }[]>`
    select pg_get_constraintdef(c.oid) as definition,
      c.conrelid::regclass::text || '.' || a.attname as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'c' and c.connamespace = 'public'::regnamespace
      and cardinality(c.conkey) = 1`;
  const of_lists = checks.filter(({ definition }) => /= ANY \(ARRAY\[/.test(definition));
  const found = of_lists.map(({ column, definition }) => {
    const words = [...definition.matchAll(/'([^']+)'::text/g)].map(([, word]) => word);
    return [column, words.sort()] as const;
  });
  const known = Object.entries(LISTS).map(([column, words]) => [column, words.toSorted()]);
  assert.deepEqual(found.sort(), known);
});

const fields = (...nouns: Record<string, unknown>[]) => nouns.flatMap(Object.keys).sort();
const keys = (row: unknown) => Object.keys(row as Record<string, unknown>).sort();

Deno.test("what is read of a row has the fields of its noun", async () => {
  await using t = await testDatabase();
  const { task, claim } = await runningTask(t.db);
  const text = { kind: "text", text: "Hi", data: null } as const;
  await appendOutput(
    t.db,
    claim,
    0,
    [{ ...text, message_id: null, parent_tool_use_id: null }],
    null,
  );
  assert.deepEqual(keys(await getTask(t.db, task.task_id)), fields(TASK, TASK_INTERNALS));
  const [row] = await readOutput(t.db, task.task_id, 0, 1);
  assert.deepEqual(keys(row), fields(OUTPUT, { attempt: 1 }));
  const conversation = await getConversation(t.db, task.conversation_id);
  assert.deepEqual(keys(conversation), fields(CONVERSATION));

  const { delivery_id } = await acceptDelivery(t.db, acceptRecord());
  assert.deepEqual(keys(await getDelivery(t.db, delivery_id)), fields(DELIVERY));
  const [reply] = await listReplies(t.db, { delivery_id });
  const of_outbox = keys(reply).filter((name) => name !== "sending_until");
  assert.deepEqual(of_outbox, fields(REPLY, REPLY_INTERNALS));

  await ensureBuiltinWebhooks(t.db, [{ provider: "github", name: "GitHub" }]);
  const webhook = keys(await getWebhook(t.db, "github"));
  const missing = fields(WEBHOOK, WEBHOOK_SETTINGS).filter((name) => !webhook.includes(name));
  assert.deepEqual(missing, []);
});

Deno.test("stored JSON that cannot be read counts as not there, and hides nothing else", async () => {
  await using t = await testDatabase();
  const { db } = t;
  const { delivery_id } = await acceptDelivery(db, acceptRecord());
  await db.sql`
    update deliveries set actor = '{"id": "1", "trust": "of old"}', notes = '{}',
      commands = '[{"name": "analyze"}]' where delivery_id = ${delivery_id}`;
  const delivery = await getDelivery(db, delivery_id);
  assert.deepEqual([delivery?.actor, delivery?.notes, delivery?.commands], [{}, [], []]);
  assert.equal(delivery?.task_ids.length, 1);

  await putOwnName(db, "github", { id: "7", name: "agent-bot" });
  assert.deepEqual(await getSetting(db, "own_names"), { github: { id: "7", name: "agent-bot" } });
  await db.sql`update settings set value = '{"github": "agent-bot"}' where name = 'own_names'`;
  assert.equal(await getSetting(db, "own_names"), null);

  const record = acceptRecord();
  const next = {
    assigned_agent: "brain",
    model: null,
    tool_profile: "read",
    requires_repository: false,
  } as const;
  const question = { question_id: newId(), command: "analyze", question: "Which?", next };
  await acceptDelivery(db, { ...record, question });
  const flow_id = record.flow!.flow_id;
  assert.deepEqual((await openQuestion(db, flow_id))?.next, next);
  await db.sql`update questions set next = next - 'requires_repository'`; // as before it was there
  assert.deepEqual((await openQuestion(db, flow_id))?.next, next);
  await db.sql`update questions set next = next - 'assigned_agent'`;
  assert.equal(await openQuestion(db, flow_id), null);
});
