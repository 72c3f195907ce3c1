/** A read delivery → everything that it writes. Pure, but for fresh ids. */
import { v7 } from "uuid";
import type { AcceptRecord } from "@/db/deliveries.ts";
import { runActions } from "@/server/actions/mod.ts";
import type { DeliveryEvent, Provider, Reading } from "@/server/providers/provider.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { flowId } from "@/server/webhooks/flow_id.ts";
import { redactHeaders } from "@/server/webhooks/headers.ts";
import { type Match, match } from "@/server/webhooks/match.ts";
import { type DoorSettings, judge, type Judgement } from "@/server/webhooks/trust.ts";

export interface Decision {
  provider: Provider;
  door: DoorSettings;
  reading: Exclude<Reading, { kind: "unreadable" }>;
  command_prefix: string;
  headers: Headers;
  body: Uint8Array;
  received_at: Date;
}

/** Decides what this delivery does, with a reason for each command that does nothing. */
export function decide(input: Decision): AcceptRecord {
  const { provider, door, reading: { event }, command_prefix } = input;
  const judgement = judge(provider, event, door);
  const mentions = mentionsOf(command_prefix, door.login());
  const matched = input.reading.kind === "ping"
    ? { command: null, args: "", traces: [], reason: "ping: the webhook reaches us" }
    : match(event, judgement, builtinCommands, mentions);
  const delivery_id = v7();
  const flow_id = flowId(provider.name, event);
  const { command, args } = matched;
  const rows = !command ? { tasks: [], replies: [] } : runActions({
    provider: provider.name,
    event,
    command,
    commands: builtinCommands,
    prefix: command_prefix,
    args,
    trust: judgement.trust,
    delivery_id,
    task_id: command.actions.includes("create_task") ? v7() : null,
  });
  return {
    delivery: deliveryOf(input, { delivery_id, flow_id, judgement, matched }),
    flow: command && flowOf(provider.name, flow_id, event),
    ...rows,
  };
}

/** How we are addressed: by the prefix, and by our name there once we know it. */
export function mentionsOf(prefix: string, login: string | null): string[] {
  // an app is mentioned without the "[bot]" of its login
  const own = login && `@${login.replace(/\[bot\]$/, "")}`;
  return own && own.toLowerCase() !== prefix.toLowerCase() ? [prefix, own] : [prefix];
}

function deliveryOf(
  { provider, reading: { event }, headers, body, received_at }: Decision,
  { delivery_id, flow_id, judgement, matched }: {
    delivery_id: string;
    flow_id: string | null;
    judgement: Judgement;
    matched: Match;
  },
): AcceptRecord["delivery"] {
  return {
    delivery_id,
    provider: provider.name,
    webhook_id: null,
    provider_delivery_id: event.provider_delivery_id,
    event_type: event.event_type,
    external_id: event.external_id,
    flow_id,
    actor: { id: event.actor.id, name: event.actor.name, trust: judgement.trust },
    outcome: matched.command ? "accepted" : "ignored",
    reason: matched.reason,
    commands: matched.traces,
    headers: redactHeaders(headers),
    body,
    received_at,
  };
}

function flowOf(provider: string, flow_id: string | null, event: DeliveryEvent) {
  if (!flow_id || !event.object || !event.external_id) return null;
  const { title, url } = event.object;
  return { flow_id, provider, external_id: event.external_id, title, url };
}
