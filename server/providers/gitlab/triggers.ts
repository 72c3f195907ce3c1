import type { Trigger } from "@/server/providers/provider.ts";

export const triggers: readonly Trigger[] = [{
  name: "labelled",
  description: "analyze an issue or merge request that is given the label `agent`",
  trigger: "issue.update, merge_request.update",
  conditions: {
    "changes.labels.current.title": "agent",
    "changes.labels.previous.title": { not: "agent" },
  },
}];
