import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  { label: "Post JSON to this address", values: ["{address}"] },
  {
    label: "Sign it by Standard Webhooks (standardwebhooks.com has libraries), with this secret",
    values: ["{secret}"],
  },
  {
    label: "That sets these headers; the id stays the same when a message is sent again",
    values: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  },
  {
    label: "The body is any JSON object. These fields are known, and all optional; templates and " +
      "conditions can name any other",
    values: ["type", "id", "object_id", "title", "text", "url", "actor.id", "actor.name"],
  },
  {
    label: "Answers are posted to the webhook's callback URL as these types, signed with the " +
      "same secret; without a callback URL there are none",
    values: ["agent.comment", "agent.comment.updated"],
  },
];

/** A sender chooses its own; this is the one of a body without `type`. */
export const event_types: readonly string[] = ["event"];
