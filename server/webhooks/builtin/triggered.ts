import { ANALYZE, ANSWER, type BuiltinSpec, startsTask } from "@/server/webhooks/builtin/spec.ts";

// starts unasked, so it is off until somebody turns it on
const unasked = {
  ...startsTask,
  enabled: false,
  instructions: ANALYZE + ANSWER,
} satisfies Partial<BuiltinSpec>;

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

export const triggered: Record<string, BuiltinSpec[]> = {
  github: [{
    ...unasked,
    name: "labelled",
    description: "analyze an issue or pull request that is given the label `agent`",
    trigger: "issues.labeled, pull_request.labeled",
    conditions: { "label.name": "agent" },
  }],
  gitlab: [{
    ...unasked,
    name: "labelled",
    description: "analyze an issue or merge request that is given the label `agent`",
    trigger: "issue.update, merge_request.update",
    conditions: {
      "changes.labels.current.title": "agent",
      "changes.labels.previous.title": { not: "agent" },
    },
  }],
  jira: [
    {
      ...unasked,
      name: "assigned",
      description: "analyze a ticket that is assigned to the agent",
      trigger: "jira:issue_created, jira:issue_updated",
      expression: ASSIGNED,
    },
    {
      ...unasked,
      name: "labelled",
      description: "analyze a ticket that is given the label `agent`",
      trigger: "jira:issue_created, jira:issue_updated",
      conditions: { "issue.fields.labels": "agent" },
      expression: "!has(payload.changelog) || " +
        "payload.changelog.items.exists(item, item.field == 'labels')",
    },
  ],
  sentry: [{
    ...unasked,
    name: "new_error",
    description: "analyze a new error",
    trigger: "issue.created",
  }, {
    // one error may cause both, so they are turned on one by one
    ...unasked,
    name: "alert",
    description: "analyze an error that an alert rule tells of",
    trigger: "event_alert.triggered",
  }],
};
