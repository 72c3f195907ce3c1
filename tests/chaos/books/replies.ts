import type { Rows, TaskRow } from "@/tests/chaos/books/rows.ts";
import { lastWord, SCRIPTED, WORD } from "@/tests/chaos/outside.ts";
import type { Product } from "@/tests/chaos/product.ts";
import { marker } from "@/server/providers/markdown_out.ts";

/** Where a task came from, when it has somebody to answer. */
function asker({ source_metadata: { provider, reply_to } }: TaskRow): string | null {
  return typeof provider === "string" && reply_to ? provider : null;
}

/** Every task with an asker was answered once, with its last text; nothing failed or waits. */
export function replyProblems(rows: Rows, product: Product): string[] {
  const unsent = rows.replies.filter(({ status }) => status !== "sent").map((r) =>
    `the ${r.kind} ${r.reply_id} to ${r.provider} is ${r.status}: ${r.last_error}`
  );
  const answered = new Set(
    rows.replies.filter(({ kind }) => kind === "comment").map(({ task_id }) => task_id),
  );
  const asked = rows.tasks.filter((task) => asker(task) !== null);
  const silent = asked.filter(({ task_id }) => !answered.has(task_id))
    .map(({ task_id, status }) => `the ${status} task ${task_id} has no answer`);
  const at_github = asked.filter((task) => asker(task) === "github");
  const wrong = at_github.flatMap((task) => commentProblems(product, task));
  return [...unsent, ...silent, ...wrong];
}

function commentProblems(product: Product, task: TaskRow): string[] {
  const there = product.outside.github.comments
    .filter(({ body }) => body.includes(marker(task.task_id)));
  if (there.length !== 1) return [`the task ${task.task_id} has ${there.length} comments`];
  const id = SCRIPTED.exec(task.input_message)?.[1];
  // Who was told something while it ran may end with other words.
  const is_plain = task.status === "completed" && id && !task.input_message.match(WORD);
  if (!is_plain || there[0].body.includes(lastWord(id))) return [];
  return [`the comment of the task ${task.task_id} is not its last text: ${there[0].body}`];
}
