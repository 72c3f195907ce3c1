import type { Trigger } from "@/server/providers/provider.ts";

// Cloud names people by account id, sometimes in a field of its own; Data Center by name or key. A
// new ticket has no changelog, and some that say "assigned" have an empty one.
const ASSIGNED = `has(payload.changelog) && payload.changelog.items.exists(item,
    item.field == 'assignee' && ((has(item.to) && item.to == delivery.own_name)
      || (has(item.tmpToAccountId) && item.tmpToAccountId == delivery.own_name)))
  || (!has(payload.changelog) || (size(payload.changelog.items) == 0
      && payload.issue_event_type_name == 'issue_assigned'))
    && has(payload.issue.fields.assignee)
    && ((has(payload.issue.fields.assignee.accountId)
        && payload.issue.fields.assignee.accountId == delivery.own_name)
      || (has(payload.issue.fields.assignee.name)
        && payload.issue.fields.assignee.name == delivery.own_name)
      || (has(payload.issue.fields.assignee.key)
        && payload.issue.fields.assignee.key == delivery.own_name))`;

export const triggers: readonly Trigger[] = [
  {
    name: "assigned",
    description: "analyze a ticket that is assigned to the agent",
    trigger: "jira:issue_created, jira:issue_updated",
    expression: ASSIGNED,
  },
  {
    name: "labelled",
    description: "analyze a ticket that is given the label `agent`",
    trigger: "jira:issue_created, jira:issue_updated",
    conditions: { "issue.fields.labels": "agent" },
    expression: "!has(payload.changelog) || " +
      "payload.changelog.items.exists(item, item.field == 'labels')",
  },
];
