import { readTraces } from "@/db/deliveries/traces.ts";
import { github } from "@/server/providers/github.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { type WebhookChange, webhookOf } from "@/tests/helpers/webhooks.ts";
import { bytesOf, commentOf, headersOf, type Payload } from "./samples.ts";

/** What a payload comes to, with the traces that are shown of it. */
export function decided(payload: Payload, webhook: WebhookChange = {}, name = "issue_comment") {
  const headers = headersOf(name, { "x-hub-signature-256": "sha256=secret", cookie: "secret" });
  const body = bytesOf(payload);
  const reading = github.read(headers, body);
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const built = webhookOf(github, webhook);
  const { record } = decide(matchDelivery(built, reading), {
    headers,
    body,
    received_at: new Date(),
    question: null,
    replay_of: null,
    public_url: "http://127.0.0.1:8000",
  });
  return { ...record, traces: readTraces(record.delivery, built.commands) };
}
export const trusting = (...trusted_users: string[]): WebhookChange => ({
  settings: { trusted_users },
});

/** A request by somebody else, whom GitHub knows as `association`. */
export const byOther = (association: string, change: (payload: Payload) => void = () => {}) =>
  commentOf("@agent plan", (p) => {
    p.comment.author_association = association;
    change(p);
  });
