import type { AcceptRecord } from "@/db/deliveries.ts";
import { flowIdOf } from "@/db/flows.ts";
import type { MatchedDelivery } from "@/server/webhooks/matching/match_delivery.ts";

export const FLOW_OF_ITS_OWN =
  "it names no issue, thread or other object that a conversation could " +
  "belong to: what it starts has a conversation of its own";

/** The flow of the object; where there is none, tasks get one that replays of the delivery join. */
export function flowOf(
  delivery: MatchedDelivery,
  tasks: AcceptRecord["tasks"],
): AcceptRecord["flow"] {
  const { webhook, reading: { event }, flow_id } = delivery;
  const { object, external_id } = event;
  const provider = webhook.provider.name;
  if (flow_id && object) {
    const { title, url } = object;
    return { flow_id, provider, external_id: external_id ?? object.id, title, url };
  }
  if (tasks.length === 0) return null;
  return {
    flow_id: flowIdOf(provider, webhook.webhook_id, "delivery", event.dedupe_id),
    provider,
    external_id: external_id ?? event.event_type,
    title: titleOf(delivery),
    url: event.text_url,
  };
}

function titleOf({ webhook, reading: { event, payload } }: MatchedDelivery): string {
  const { container, object, event_type } = event;
  // an id tells people nothing
  const place = container && container.name !== container.id ? container.name : null;
  const named = [place, object?.title, nameIn(payload, event_type)].filter((name) => name);
  const what = `${webhook.provider.title} ${event_type}`;
  return named.length === 0 ? what : `${what}: ${[...new Set(named)].join(", ")}`;
}

const NAMES = ["path_with_namespace", "full_name", "title", "name", "summary", "tag_name", "slug"];
const LONGEST_NAME = 100;

/** The name of what an event is called after: of `jira:version_released` that of `version`. */
function nameIn(payload: unknown, event_type: string): string | null {
  const subject = event_type.split(":").at(-1)!.split(/[. ]/)[0].toLowerCase();
  const nouns = new Set([subject, subject.split("_")[0]]);
  const places = [...nouns].flatMap((noun) => [
    valueAt(payload, noun),
    valueAt(valueAt(payload, "data"), noun),
  ]);
  for (const place of [...places, payload]) {
    const name = NAMES.map((key) => valueAt(place, key)).find(isName);
    if (name) return name.slice(0, LONGEST_NAME).toWellFormed();
  }
  return null;
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

const valueAt = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
