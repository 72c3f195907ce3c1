import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  {
    label: "Open Settings → Developer Settings → Custom Integrations, press Create New " +
      "Integration and choose Internal Integration",
    values: [],
  },
  { label: "Webhook URL", values: ["{address}"] },
  { label: "Permissions: Issue & Event", values: ["Read & Write"] },
  { label: "Webhooks: tick the resources", values: ["issue", "comment"] },
  {
    label: "To hear of alert rules, tick Alert Rule Action and add the action Send a " +
      "notification via this integration to the rules",
    values: [],
  },
  {
    label: "Save Changes, then copy the Client Secret from the page of the integration into",
    values: ["SENTRY_WEBHOOK_SECRET"],
  },
  {
    label: "Make a token on the same page and copy it, with the slug of the organization, into",
    values: ["SENTRY_AUTH_TOKEN", "SENTRY_ORG"],
  },
];

const acted = (name: string, ...actions: string[]): string[] =>
  actions.map((action) => `${name}.${action}`);

export const event_types: readonly string[] = [
  ...acted("issue", "created", "resolved", "unresolved", "assigned", "archived", "ignored"),
  ...acted("event_alert", "triggered"),
  ...acted("metric_alert", "critical", "warning", "resolved", "open"),
  ...acted("error", "created"),
  ...acted("comment", "created", "updated", "deleted"),
  ...acted("installation", "created", "deleted"),
];

const SHORTEST_SECRET = 16;

export function secretProblem(secret: string): string | null {
  if (secret.trim() !== secret) return "it begins or ends with a blank";
  if (/^sntry[a-z]_/.test(secret)) return "this is a token; the Client Secret is asked for";
  return secret.length < SHORTEST_SECRET
    ? "it is too short for Sentry's Client Secret, which has 64 characters"
    : null;
}
