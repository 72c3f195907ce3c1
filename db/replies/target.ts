import type { Task } from "@/db/tasks.ts";

interface ReplyTarget {
  provider: string;
  target: Record<string, unknown>;
}

/** Where a task's answer goes, or null for one that nobody outside asked for. */
export function replyTarget(task: Pick<Task, "source_metadata">): ReplyTarget | null {
  const { provider, reply_to } = task.source_metadata;
  if (typeof provider !== "string" || typeof reply_to !== "object" || !reply_to) return null;
  return { provider, target: reply_to as Record<string, unknown> };
}
