/** The settings of a machine whose six webhooks are open and whose outside world is made up. */
import { randomBytes } from "node:crypto";

/** A secret for each built-in webhook, of the kind that its provider makes. */
export function makeSecrets(): Record<string, string> {
  const text = () => randomBytes(16).toString("hex");
  const standard = () => `whsec_${randomBytes(32).toString("base64")}`;
  return {
    github: text(),
    jira: text(),
    slack: text(),
    sentry: text(),
    gitlab: standard(),
    custom: standard(),
  };
}

/** Every webhook is open, to the one person whom the samples call by a known name. */
export const webhooks = (secrets: Record<string, string>): Record<string, string> => ({
  GITHUB_WEBHOOK_SECRET: secrets.github,
  JIRA_WEBHOOK_SECRET: secrets.jira,
  JIRA_TRUSTED_USERS: "5f00000000000000000000a1",
  SLACK_SIGNING_SECRET: secrets.slack,
  SLACK_TRUSTED_USERS: "U0NORA",
  SENTRY_WEBHOOK_SECRET: secrets.sentry,
  GITLAB_WEBHOOK_SECRET: secrets.gitlab,
  GITLAB_TRUSTED_USERS: "nora",
  CUSTOM_WEBHOOK_SECRET: secrets.custom,
});

/** Answers go to the stand-ins at `url`. */
export const accounts = (url: string): Record<string, string> => ({
  JIRA_URL: `${url}/jira`,
  JIRA_EMAIL: "agent@harbour.example",
  JIRA_API_TOKEN: "demo",
  SLACK_API_URL: `${url}/slack`,
  SLACK_BOT_TOKEN: "demo",
  SENTRY_URL: `${url}/sentry`,
  SENTRY_ORG: "harbour",
  SENTRY_AUTH_TOKEN: "demo",
  GITLAB_URL: `${url}/gitlab`,
  GITLAB_TOKEN: "demo",
  FORWARD_HOSTS: new URL(url).host,
});
