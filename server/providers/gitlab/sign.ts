import type { Signing } from "@/server/providers/provider.ts";
import { signStandard } from "@/server/providers/standard_webhooks.ts";

export const event_header = "X-Gitlab-Event";

export function signGitlab(body: string, { event, secret, now }: Signing): Record<string, string> {
  const id = crypto.randomUUID();
  return {
    "x-gitlab-event": event ?? eventOf(body),
    "x-gitlab-event-uuid": id,
    "idempotency-key": id,
    ...(secret.startsWith("whsec_")
      ? signStandard(id, Math.floor(now.getTime() / 1000), body, secret)
      : { "x-gitlab-token": secret }),
  };
}

function eventOf(body: string): string {
  const { object_kind, event_type } = fieldsOf(body);
  const kind = object_kind === "build" ? "job" : object_kind;
  if (typeof kind !== "string") {
    throw new RangeError("The payload has no object_kind: say X-Gitlab-Event, e.g. 'Note Hook'.");
  }
  const confidential = String(event_type).startsWith("confidential_") ? "Confidential " : "";
  const words = kind.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${confidential}${words.join(" ")} Hook`;
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
