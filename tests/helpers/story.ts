// A dashboard with something on it: tasks in every state, as the worker and the receiver write them.
import type { Database } from "@/db/client.ts";
import { acceptDelivery } from "@/db/deliveries.ts";
import { refuseDelivery } from "@/db/deliveries/refuse.ts";
import { recordAnswerTime } from "@/db/deliveries/answer_times.ts";
import { newId } from "@/db/ids.ts";
import { registerWorker } from "@/db/machines.ts";
import { partPosted, replyFailed, replySent, takeReply } from "@/db/replies/sending.ts";
import { appendOutput, type OutputRow } from "@/db/task_output.ts";
import { getTask } from "@/db/tasks.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import { type Claim, claimOf, claimTask, finishTask } from "@/db/tasks/run.ts";
import { acceptRecord, chatTask, liveWorker } from "@/tests/helpers/records.ts";

export const USAGE: Usage = {
  cost_usd: 0.0432,
  input_tokens: 1_240,
  output_tokens: 3_910,
  cache_read_tokens: 184_000,
  cache_creation_tokens: 22_400,
  num_turns: 4,
};

type Change = Partial<OutputRow>;

export const said = (text: string, message_id = "msg_1", change: Change = {}): OutputRow => ({
  kind: "text",
  text,
  data: null,
  message_id,
  parent_tool_use_id: null,
  ...change,
});

export const used = (
  id: string,
  name: string,
  input: Record<string, unknown>,
  change: Change = {},
): OutputRow => ({
  kind: "tool_use",
  text: null,
  data: { id, name, input },
  message_id: "msg_t",
  parent_tool_use_id: null,
  ...change,
});

export const got = (
  id: string,
  text: string,
  is_error = false,
  change: Change = {},
): OutputRow => ({
  kind: "tool_result",
  text,
  data: { tool_use_id: id, is_error },
  message_id: null,
  parent_tool_use_id: null,
  ...change,
});

export const noted = (text: string, data: Record<string, unknown> = {}): OutputRow => ({
  kind: "system",
  text,
  data,
  message_id: null,
  parent_tool_use_id: null,
});

export const resulted = (data: Record<string, unknown> = {}): OutputRow => ({
  kind: "result",
  text: null,
  message_id: null,
  parent_tool_use_id: null,
  data: { subtype: "success", is_error: false, num_turns: 4, duration_ms: 74_000, ...data },
});

const REPORT = `## What I found

The crash comes from \`parse_port\`: an **empty** value passes the check and is then read as a number.

1. \`config.ts\` accepts \`PORT=\` (line 41)
2. \`Number("")\` is \`0\`, so the server asks for *any* free port

| value | before | after |
|---|---|---|
| \`PORT=\` | port 0 | refused |
| \`PORT=8000\` | 8000 | 8000 |

\`\`\`ts
const port = z.coerce.number().int().min(1).max(65535);
\`\`\`

See the [documentation](https://example.com/docs) for the allowed range.`;

/** A run with everything in it: thinking, tools, a failed call, a sub-agent, the answer. */
export const RUN: OutputRow[] = [
  noted("Claude Code 2.1.332, claude-sonnet-4-5", { subtype: "init" }),
  said(
    "The user says that the server starts on a random port. I should look at how the port is read, and whether there is a test for it.",
    "msg_1",
    { kind: "thinking" },
  ),
  said("I'll look at how the port is read, then at the tests.", "msg_1"),
  used("toolu_1", "Grep", { pattern: "PORT", path: "server" }),
  used("toolu_2", "Read", { file_path: "server/config.ts" }),
  got(
    "toolu_1",
    "server/config.ts:41:  port: Number(env.PORT ?? 8000),\nserver/config.ts:58:  PORT\n",
  ),
  got(
    "toolu_2",
    Array.from({ length: 40 }, (_, i) => `${i + 21}→  const line_${i} = true;`).join("\n"),
  ),
  used("toolu_3", "Bash", {
    command: "deno test tests/server/config_test.ts",
    description: "Run the tests",
  }),
  got(
    "toolu_3",
    "\u001b[31merror\u001b[0m: Uncaught (in promise) AssertionError: 0 !== 8000\n    at tests/server/config_test.ts:12:3\n\nFAILED | 3 passed | 1 failed (41ms)",
    true,
  ),
  said("The test fails as reported. I'll ask for a second look at the other settings.", "msg_2"),
  used("toolu_4", "Agent", {
    description: "Check other numeric settings",
    subagent_type: "planning",
    prompt: "Find settings that read an empty text as a number.",
  }),
  used("toolu_5", "Grep", { pattern: "Number\\(env" }, { parent_tool_use_id: "toolu_4" }),
  got("toolu_5", "server/config.ts:41\nserver/config.ts:66", false, {
    parent_tool_use_id: "toolu_4",
  }),
  said("Two more settings have the same fault: `LIMIT` and `TIMEOUT`.", "msg_s", {
    parent_tool_use_id: "toolu_4",
  }),
  got("toolu_4", "Two more settings have the same fault: `LIMIT` and `TIMEOUT`."),
  used("toolu_6", "Edit", {
    file_path: "server/config.ts",
    old_string: "  port: Number(env.PORT ?? 8000),",
    new_string: "  port: PORT.parse(env.PORT ?? 8000),",
  }),
  got("toolu_6", "The file server/config.ts has been updated."),
  noted("Please leave LIMIT alone, that one is on purpose.", { subtype: "message" }),
  said(REPORT, "msg_3"),
  resulted({ total_cost_usd: USAGE.cost_usd }),
];

/** A task that a worker has taken. */
export async function taken(
  db: Database,
  task_id: string,
  worker_id: string,
  machine_id = "m1",
): Promise<Claim> {
  const task = await claimTask(db, {
    task_id,
    worker_id,
    machine_id,
    cli_session_id: crypto.randomUUID(),
  });
  if (!task) throw new Error("not claimed");
  return claimOf(task);
}

/** The CLI says something. */
export async function speak(
  db: Database,
  claim: Claim,
  rows: OutputRow[],
  usage: Usage | null = null,
) {
  const task = await getTask(db, claim.task_id);
  if (!await appendOutput(db, claim, task!.last_seq, rows, usage)) throw new Error("claim lost");
}

export interface Story {
  worker_id: string;
  done: string;
  running: Claim;
  failed: string;
  cancelled: string;
  queued: string;
  webhook_task: string;
  delivery: string;
  conversation: string;
  /** Of `webhook_task`, and a task in it that somebody trusted, and that failed. */
  outside_conversation: string;
  trusted_task: string;
  /** Where `running` runs and `queued` waits. */
  busy_conversation: string;
}

/** Writes it all through the verbs of db/. */
export async function tellStory(db: Database): Promise<Story> {
  const worker_id = await liveWorker(db, "builder-1");
  await registerWorker(db, { worker_id: newId(), pid: 2 }, {
    machine_id: "builder-2",
    cli_version: "2.1.332",
    logged_in: false,
    login_hint: "Set ANTHROPIC_API_KEY, or sign in on that machine with `claude login`.",
    isolation: "none",
    isolation_reason: "user namespaces are switched off on this kernel",
    slots: 4,
  });
  const ended = async (prompt: string, rows: OutputRow[], ending: Ending) => {
    const task = await chatTask(db, { prompt });
    const claim = await taken(db, task.task_id, worker_id, "builder-1");
    await speak(db, claim, rows, USAGE);
    await finishTask(db, claim, { usage: USAGE, output: null, error: null, ...ending });
    return task;
  };
  const done = await ended("The server starts on a random port when PORT is empty. Why?", RUN, {
    status: "completed",
    output: REPORT,
  });
  const failed = await ended("Translate the README into Finnish", [
    noted("The API did not answer well (529 overloaded): trying again in 4.0 s, attempt 2 of 3"),
    {
      ...noted("Overloaded. Please try again later."),
      kind: "error",
      data: { error: "overloaded" },
    },
    resulted({
      is_error: true,
      subtype: "error_during_execution",
      errors: ["The API is overloaded."],
    }),
  ], { status: "failed", error: "The API did not answer: overloaded (529), after 3 attempts." });
  const cancelled = await ended(
    "Rewrite everything in another language",
    [said("Let me start by")],
    {
      status: "cancelled",
      error: "Stopped by ann.",
    },
  );
  const webhook = await webhookStory(db, worker_id);
  const chat = await chatTask(db, { prompt: "Which tests are slow, and why?" });
  const running = await taken(db, chat.task_id, worker_id, "builder-1");
  await speak(db, running, RUN.slice(0, 8), USAGE);
  await speak(db, running, [said("The slowest one waits for", "msg_9")], USAGE);
  const queued = await chatTask(db, {
    prompt: "And then write that down in docs/TESTS.md",
    conversation_id: chat.conversation_id,
  });
  return {
    worker_id,
    running,
    ...webhook,
    done: done.task_id,
    failed: failed.task_id,
    cancelled: cancelled.task_id,
    queued: queued.task_id,
    conversation: done.conversation_id,
    busy_conversation: chat.conversation_id,
  };
}

interface Ending {
  status: "completed" | "failed" | "cancelled";
  output?: string;
  error?: string;
}

const BODY = JSON.stringify({
  action: "created",
  issue: { number: 7, title: "It broke", user: { login: "octocat" } },
  comment: { body: "@agent analyze why does it break on <script>alert(1)</script>?" },
});

async function webhookStory(db: Database, worker_id: string) {
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
  await finishTask(db, claim, { status: "completed", output: REPORT, error: null, usage: USAGE });
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
