import { v7 } from "uuid";
import type { Action } from "./mod.ts";

/** 👀 on what was written: seen, and being worked on. */
export const githubReaction: Action = ({ event, task_id }) => {
  if (!event.reply_target) return { tasks: [], replies: [] };
  const target = event.reply_target;
  return {
    tasks: [],
    replies: [{ reply_id: v7(), task_id, kind: "reaction", target, body: "eyes" }],
  };
};
