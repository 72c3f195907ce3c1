// A dashboard with something on it: tasks in every state, as the worker and the receiver write them.
import type { Database } from "@/db/client.ts";
import { newId } from "@/db/ids.ts";
import { registerWorker } from "@/db/machines.ts";
import type { Coverage, Refusal } from "@/db/nouns/coverage.ts";
import type { OutputRow } from "@/db/task_output.ts";
import { type Claim, finishTask } from "@/db/tasks/run.ts";
import { chatTask, liveWorker } from "@/tests/helpers/records.ts";
import { noted, resulted, said, USAGE } from "@/tests/helpers/story/rows.ts";
import { REPORT, RUN } from "@/tests/helpers/story/run.ts";
import { speak, taken } from "@/tests/helpers/story/speaking.ts";
import { SEEN } from "@/tests/helpers/story/seen.ts";
import { webhookStory } from "@/tests/helpers/story/webhook.ts";

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
    coverage: SEEN,
    refusals: [],
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
  coverage?: Coverage;
  refusals?: Refusal[];
}
