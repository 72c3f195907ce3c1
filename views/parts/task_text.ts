import type { Task } from "@/db/tasks.ts";
import { oneLine, webAddress } from "@/views/plain.ts";

const textOf = (task: Task, name: string): string | null => {
  const value = task.source_metadata[name];
  return typeof value === "string" && value.trim() !== "" ? oneLine(value, 200) : null;
};

/** The title of a task: what was asked, or the command and what it is about. */
export function taskTitle(task: Task): string {
  const [command, title] = [textOf(task, "command"), textOf(task, "title")];
  if (command) return title ? `${command}: ${title}` : command;
  return oneLine(task.input_message, 160) || "(no words)";
}

/** Where a task came from: `github octo/hello#7`, `chat`, `api`. */
export function taskSource(task: Task): string {
  const provider = textOf(task, "provider");
  if (!provider) return task.source;
  const { number } = task.source_metadata;
  const repository = textOf(task, "repository") ?? "";
  return `${provider} ${repository}${typeof number === "number" ? `#${number}` : ""}`.trim();
}

/** The page of the outside thing, when its address is one that a browser may open. */
export const outsideLink = (task: Task): string | null => webAddress(textOf(task, "url"));

/** Who asked outside of the dashboard, and whether they are trusted. */
export const outsideAsker = (task: Task): { name: string; trust: string | null } | null => {
  const name = textOf(task, "actor");
  return name ? { name, trust: textOf(task, "trust") } : null;
};

export const deliveryOf = (task: Task): string | null => textOf(task, "delivery_id");
