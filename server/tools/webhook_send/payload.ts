/** A payload of one's own → the delivery that its provider would make of it, signed. */
import { createHmac } from "node:crypto";
import type { Sample } from "@/server/providers/provider.ts";
import { signStandard } from "@/server/providers/standard_webhooks.ts";
import { UsageError } from "@/server/tools/webhook_send/arguments.ts";

export interface Payload {
  body: string;
  /** what the provider's header names it; null: not said */
  event: string | null;
  secret: string;
  now: Date;
}

type Headers = Record<string, string>;

/**
 * Signs the payload as this provider does, with ids as if it were new.
 * @throws UsageError when the provider's header needs an event that is not given
 */
export function signPayload(provider: string, text: string, how: Omit<Payload, "body">): Sample {
  const { body, content_type } = bodyOf(text);
  const make = Object.hasOwn(SCHEMES, provider) ? SCHEMES[provider] : null;
  if (!make) throw new UsageError(`Nobody knows how ${provider} signs a file.`);
  return { body, headers: { "content-type": content_type, ...make({ body, ...how }) } };
}

const SCHEMES: Record<string, (payload: Payload) => Headers> = {
  github: ({ body, event, secret }) => ({
    "x-github-event": named(event, "X-GitHub-Event, e.g. issue_comment").split(".")[0],
    "x-github-delivery": crypto.randomUUID(),
    "x-hub-signature-256": `sha256=${hmac(secret, body)}`,
  }),
  jira: ({ body, secret }) => ({
    "x-atlassian-webhook-identifier": crypto.randomUUID(),
    "x-hub-signature": `sha256=${hmac(secret, body)}`,
  }),
  slack: ({ body, secret, now }) => {
    const timestamp = seconds(now);
    const signature = `v0=${hmac(secret, `v0:${timestamp}:${body}`)}`;
    return { "x-slack-request-timestamp": String(timestamp), "x-slack-signature": signature };
  },
  sentry: ({ body, event, secret, now }) => ({
    "request-id": crypto.randomUUID().replaceAll("-", ""),
    "sentry-hook-resource": named(event, "Sentry-Hook-Resource, e.g. issue").split(".")[0],
    "sentry-hook-timestamp": String(seconds(now)),
    "sentry-hook-signature": hmac(secret, body),
  }),
  gitlab: ({ body, event, secret, now }) => {
    const id = crypto.randomUUID();
    const signed = secret.startsWith("whsec_")
      ? signStandard(id, seconds(now), body, secret)
      : { "x-gitlab-token": secret };
    const name = event ?? gitlabEvent(body);
    return { "x-gitlab-event": name, "x-gitlab-event-uuid": id, "idempotency-key": id, ...signed };
  },
  custom: ({ body, secret, now }) =>
    signStandard(`msg_${crypto.randomUUID()}`, seconds(now), body, secret),
};

const hmac = (secret: string, text: string): string =>
  createHmac("sha256", secret).update(text).digest("hex");

const seconds = (now: Date): number => Math.floor(now.getTime() / 1000);

function named(event: string | null, header: string): string {
  if (event === null) throw new UsageError(`Say which EVENT this is: the header ${header}.`);
  return event;
}

/** GitLab's header says in words what the payload calls `merge_request`. */
function gitlabEvent(body: string): string {
  const { object_kind, event_type } = fieldsOf(body);
  const kind = object_kind === "build" ? "job" : object_kind;
  if (typeof kind !== "string") {
    throw new UsageError("The payload has no object_kind: say X-Gitlab-Event, e.g. 'Note Hook'.");
  }
  const confidential = String(event_type).startsWith("confidential_") ? "Confidential " : "";
  const words = kind.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${confidential}${words.join(" ")} Hook`;
}

/** A form is sent as one; so is a form that is kept in JSON, as `raw_body`. */
function bodyOf(text: string): { body: string; content_type: string } {
  const { raw_body } = fieldsOf(text);
  if (typeof raw_body === "string") return bodyOf(raw_body);
  const is_form = /^[\w.-]+=/.test(text);
  return {
    body: text,
    content_type: is_form ? "application/x-www-form-urlencoded" : "application/json",
  };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
