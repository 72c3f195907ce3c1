import { v7 } from "uuid";
import { helpText } from "@/server/webhooks/builtin.ts";
import type { Action } from "./mod.ts";

/** A comment with the command's own text, or the list of commands where it has none. */
export const comment: Action = ({ command, commands, prefix, event, task_id }) => {
  if (!event.reply_target) return { tasks: [], replies: [] };
  const body = command.comment || helpText(prefix, commands);
  const target = event.reply_target;
  return { tasks: [], replies: [{ reply_id: v7(), task_id, kind: "comment", target, body }] };
};
