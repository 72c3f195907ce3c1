/** What is to be known to set a webhook up at Linear, in its own words. Data. */
import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  {
    label: "Open Linear as an admin of the workspace, then Settings → API → Webhooks → New webhook",
    values: [],
  },
  { label: "URL", values: ["{address}"] },
  { label: "Data change events, tick", values: ["Issues", "Comments", "Emoji reactions"] },
  { label: "Team selection: those whose issues the agent is to hear", values: [] },
  {
    label: "Create it, and copy the Signing secret that its page shows: it is the secret here",
    values: ["{secret}"],
  },
  {
    label: "To answer: make an API key under Settings → Security & access → Personal API keys " +
      "(of an account for the agent, if you can), with these permissions",
    values: ["Read", "Create comments"],
  },
];

const changed = (type: string): string[] =>
  ["create", "update", "remove"].map((action) => `${type}.${action}`);

/** Those that people name most; any other may be named too. */
export const event_types: readonly string[] = [
  ...changed("Issue"),
  ...changed("Comment"),
  ...changed("Reaction"),
  ...changed("IssueLabel"),
  ...changed("Project"),
  ...changed("ProjectUpdate"),
  ...changed("Cycle"),
  "IssueSLA.breached",
];

const SHORTEST_SECRET = 8;

/** What is wrong with a signing secret, or null. */
export function secretProblem(secret: string): string | null {
  if (/^lin_(?:api|oauth)_/.test(secret)) {
    return "this is a key of the API; the signing secret stands on the webhook's page";
  }
  if (secret !== secret.trim()) return "the signing secret has blanks around it";
  return secret.length < SHORTEST_SECRET
    ? `it is shorter than ${SHORTEST_SECRET} characters`
    : null;
}
