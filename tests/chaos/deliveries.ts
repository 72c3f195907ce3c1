/** Deliveries as the services send them, signed, each with an id of its own. */
import { github } from "@/server/providers/github.ts";
import { slack } from "@/server/providers/slack.ts";
import { signStandard } from "@/server/providers/standard_webhooks.ts";
import { signPayload } from "@/server/tools/webhook_send/payload.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";

export interface Delivery {
  path: string;
  request: { method: "POST"; headers: Record<string, string>; body: string };
}

export type Service = "github" | "slack" | "custom";
/** Deliveries of the same place belong to one conversation, whose tasks run one after the other. */
type Make = (text: string, place: number, secret: string) => Sample;
type Sample = { headers: Record<string, string>; body: string };

let count = Date.now();

const MAKE: Record<Service, Make> = {
  github: (text, place, secret) => {
    const payload = commentOf(text, (payload) => {
      payload.comment.id = ++count;
      payload.issue.id = 1_000 + place;
      payload.issue.number = 1_000 + place;
    });
    const how = { event: "issue_comment", secret, now: new Date() };
    return signPayload(github, JSON.stringify(payload), how);
  },
  slack: (text, _place, secret) => slack.sample("app_mention", secret, text, new Date()),
  custom: (text, place, secret) => {
    const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
    const object = { object_id: `order-${place}`, title: `Order ${place}` };
    const actor = { id: "nora", name: "Nora" };
    const url = `https://shop.example.com/orders/${place}`;
    const body = JSON.stringify({ id, type: "message", ...object, url, text, actor });
    const signed = signStandard(id, Math.floor(Date.now() / 1000), body, secret);
    return { body, headers: { "content-type": "application/json", ...signed } };
  },
};

/** A delivery that asks for a task. */
export function deliveryOf(
  service: Service,
  text: string,
  place: number,
  secret: string,
): Delivery {
  const { headers, body } = MAKE[service](`@agent analyze ${text}`, place, secret);
  return { path: `/webhooks/${service}`, request: { method: "POST", headers, body } };
}
