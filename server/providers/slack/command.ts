/** Slash commands: what somebody typed behind `/agent`. */
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { located, targetOf, titleOf } from "./place.ts";
import { slashCommand } from "./schema.ts";
import { readableText } from "./text.ts";

/**
 * Reads the fields of a slash command.
 * @throws ZodError when one is missing
 */
export function readSlashCommand(fields: unknown): DeliveryEvent {
  const typed = slashCommand.parse(fields);
  const { team_id, channel_id, user_id, trigger_id, response_url } = typed;
  const place = {
    team: { id: team_id, name: typed.team_domain || team_id },
    channel: channel_id,
    thread_ts: null,
  };
  const text = readableText(typed.text);
  return {
    event_type: "slash_command",
    provider_delivery_id: trigger_id,
    dedupe_id: trigger_id,
    text_key: `command:${channel_id}:${trigger_id}`,
    event_key: trigger_id,
    ...located(place, titleOf(`${typed.command} ${text}`), trigger_id),
    actor: { id: user_id, name: user_id, association: null, is_bot: false },
    text,
    no_text_reason: null,
    addressed: true,
    text_url: null,
    context: null,
    via_app_id: null,
    signs: null,
    reply_target: targetOf(place, { user: user_id, response_url }),
    is_fork: null,
  };
}
