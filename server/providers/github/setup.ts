import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  {
    label: "Open the repository or the organization on GitHub, then " +
      "Settings → Webhooks → Add webhook (for a GitHub App: its settings → Webhook)",
    values: [],
  },
  { label: "Payload URL", values: ["{address}"] },
  { label: "Content type", values: ["application/json"] },
  { label: "Secret", values: ["{secret}"] },
  {
    label: "Which events would you like to trigger this webhook? " +
      "Let me select individual events, and tick",
    values: [
      "Issues",
      "Issue comments",
      "Pull requests",
      "Pull request reviews",
      "Pull request review comments",
      "Check suites",
      "Statuses",
    ],
  },
  { label: "Tick Active and press Add webhook: GitHub sends a ping at once", values: [] },
];

const acted = (name: string, ...actions: string[]): string[] =>
  actions.map((action) => `${name}.${action}`);

export const event_types: readonly string[] = [
  ...acted("issues", "opened", "edited", "labeled", "unlabeled", "assigned", "closed", "reopened"),
  ...acted("issue_comment", "created", "edited", "deleted"),
  ...acted("pull_request", "opened", "synchronize", "ready_for_review", "review_requested"),
  ...acted("pull_request", "labeled", "assigned", "closed", "reopened"),
  ...acted("pull_request_review", "submitted"),
  ...acted("pull_request_review_comment", "created"),
  ...acted("check_run", "completed"),
  ...acted("check_suite", "completed"),
  ...acted("workflow_run", "completed"),
  ...acted("discussion", "created"),
  ...acted("release", "published"),
  "push",
  "status",
];

const SHORTEST_SECRET = 8;

export function secretProblem(secret: string): string | null {
  if (secret.trim() !== secret) return "it begins or ends with a blank, which GitHub cuts off";
  if (secret.length < SHORTEST_SECRET) return `it is shorter than ${SHORTEST_SECRET} characters`;
  return null;
}
