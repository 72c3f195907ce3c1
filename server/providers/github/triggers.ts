import type { Trigger } from "@/server/providers/provider.ts";

export const triggers: readonly Trigger[] = [{
  name: "labelled",
  description: "analyze an issue or pull request that is given the label `agent`",
  trigger: "issues.labeled, pull_request.labeled",
  conditions: { "label.name": "agent" },
}];
