import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  {
    label: "Open the project or the group on GitLab, then Settings → Webhooks → Add new webhook",
    values: [],
  },
  { label: "URL", values: ["{address}"] },
  {
    label: "Signing token, where the secret begins with whsec_ (GitLab 19.0 and later; one that " +
      "GitLab generates is entered here as the secret); " +
      "Secret token for any other",
    values: ["{secret}"],
  },
  {
    label: "Trigger: tick",
    values: [
      "Comments",
      "Confidential comments",
      "Issues events",
      "Confidential issues events",
      "Merge request events",
      "Pipeline events",
    ],
  },
  { label: "Leave Custom webhook template empty and Enable SSL verification ticked", values: [] },
  {
    label: "Add webhook; then its Test menu sends one of each event",
    values: [],
  },
  {
    label: "Answers need GITLAB_TOKEN: a project or group access token with this scope and role",
    values: ["api", "Reporter; Developer where it is to open merge requests"],
  },
];

const acted = (kind: string, ...actions: string[]): string[] =>
  actions.map((action) => `${kind}.${action}`);

export const event_types: readonly string[] = [
  ...acted("note", "create", "update"),
  ...acted("confidential_note", "create"),
  ...acted("issue", "open", "update", "close", "reopen"),
  ...acted("confidential_issue", "open", "update"),
  ...acted("merge_request", "open", "update", "approved", "merge", "close", "reopen"),
  ...acted("release", "create", "update", "delete"),
  ...acted("wiki_page", "create", "update", "delete"),
  ...acted("emoji", "award", "revoke"),
  ...acted("milestone", "create", "close", "reopen"),
  "push",
  "tag_push",
  "pipeline",
  "job",
  "deployment",
  "feature_flag",
];
