import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  {
    label: "As an administrator open Settings (the cog) → System → WebHooks, under Advanced " +
      "(Data Center: Administration → System → WebHooks), and press Create a WebHook",
    values: [],
  },
  { label: "Status", values: ["Enabled"] },
  { label: "URL", values: ["{address}"] },
  { label: "Secret", values: ["{secret}"] },
  {
    label: "Events: issue related events, for all issues or those of a JQL query; tick",
    values: ["Issue: created", "Issue: updated", "Comment: created"],
  },
  { label: "Leave Exclude body unticked: without a body there is nothing to read", values: [] },
  {
    label: "Name the people who may start work in the setting: account ids on Cloud (the last " +
      "part of the address of somebody's profile), user names on Data Center",
    values: ["JIRA_TRUSTED_USERS"],
  },
];

export const event_types: readonly string[] = [
  "jira:issue_created",
  "jira:issue_updated",
  "jira:issue_deleted",
  "comment_created",
  "comment_updated",
  "comment_deleted",
  "issuelink_created",
  "worklog_created",
  "jira:version_released",
  "sprint_started",
  "sprint_closed",
];

const SHORTEST_SECRET = 8;

export function secretProblem(secret: string): string | null {
  if (secret.trim() !== secret) return "it begins or ends with a blank, which forms cut off";
  if (secret.length < SHORTEST_SECRET) return `it is shorter than ${SHORTEST_SECRET} characters`;
  return null;
}
