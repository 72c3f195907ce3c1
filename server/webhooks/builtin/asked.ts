import { NEEDS_APPROVAL } from "@/server/actions/needs_approval.ts";
import {
  ANALYZE,
  ANSWER,
  type BuiltinSpec,
  comments,
  startsTask,
} from "@/server/webhooks/builtin/spec.ts";

export const asked: BuiltinSpec[] = [
  {
    ...startsTask,
    name: "analyze",
    aliases: ["analysis"],
    description: "look into it and say what is going on",
    instructions: ANALYZE + ANSWER,
  },
  {
    ...startsTask,
    name: "plan",
    description: "write a plan for it, changing nothing",
    instructions: "Write a plan for what is described below: the steps in order, the files each " +
      "one touches, how to test it, risks and open questions. " + ANSWER,
  },
  {
    ...startsTask,
    name: "review",
    description: "review the pull request or the code",
    requires_repository: true,
    instructions: "Review the pull request described below (the code of the repository, when it " +
      "is no pull request). Name real defects first, each with file, line and a way out; then " +
      "smaller remarks; say so when you find none. " + ANSWER,
  },
  {
    ...comments,
    name: "fix",
    aliases: ["implement"],
    description: "make the change (needs approvals, which come later)",
    template: NEEDS_APPROVAL,
  },
  {
    ...comments,
    name: "approve",
    line_start_only: true,
    whole_texts: ["LGTM"],
    description: "approve a plan (comes later)",
    template: NEEDS_APPROVAL,
  },
  {
    ...comments,
    name: "reject",
    line_start_only: true,
    description: "reject a plan (comes later)",
    template: NEEDS_APPROVAL,
  },
  { ...comments, name: "help", description: "list these commands" },
];
