import type { Trigger } from "@/server/providers/provider.ts";

// an update says which labels there were before, by their ids, when these were changed
const NEWLY_LABELLED = `payload.action == 'create' || (has(payload.updatedFrom)
  && has(payload.updatedFrom.labelIds)
  && payload.data.labels.exists(label, label.name == 'agent'
    && !payload.updatedFrom.labelIds.exists(id, id == label.id)))`;

export const triggers: readonly Trigger[] = [{
  name: "labelled",
  description: "analyze an issue that is given the label `agent`",
  trigger: "Issue.create, Issue.update",
  conditions: { "data.labels.name": "agent" },
  expression: NEWLY_LABELLED,
}];
