import { randomBytes } from "node:crypto";
import type { Sample } from "@/server/providers/provider.ts";
import { signSlack } from "./verify.ts";

const TEAM = { id: "T0HARBOUR", domain: "harbour" };
const APP = "A0AGENT";
const CHANNEL = "C0TEASHOP";
const NORA = "U0NORA";

export const slackSamples: Readonly<Record<string, { text: string }>> = {
  app_mention: { text: "@agent analyze why the coupon is taken off twice" },
  direct_message: { text: "@agent analyze the rounding of totals" },
  slash_command: { text: "analyze the checkout of gift cards" },
  thread_reply: { text: "@agent plan a fix for this" },
  button: { text: "approve" },
  reaction_added: { text: "eyes" },
  guest_mention: { text: "@agent analyze this for me" },
  url_verification: { text: "" },
  self_test: { text: "" },
};

/** A new delivery, signed with `secret` at `now`; ids are new each time. Throws RangeError when
 * there is no such sample. */
export function slackSample(
  name: string,
  secret: string,
  text: string | undefined,
  now: Date,
): Sample {
  if (!Object.hasOwn(slackSamples, name)) {
    throw new RangeError(`no sample ${name}; there are ${Object.keys(slackSamples).join(", ")}`);
  }
  const { content_type, body } = build(name, text ?? slackSamples[name].text, now);
  return {
    body,
    headers: {
      "content-type": content_type,
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      ...signSlack(body, { secret, now }),
    },
  };
}

function build(name: string, text: string, now: Date): { content_type: string; body: string } {
  switch (name) {
    case "slash_command":
      return form(command(text, now));
    case "button":
      return form({ payload: JSON.stringify(button(text, now)) });
    case "url_verification":
      return json({ token: "sample", challenge: fresh(26), type: "url_verification" });
    default:
      return json(callback(event(name, text, now), now));
  }
}

function event(name: string, text: string, now: Date) {
  switch (name) {
    case "direct_message":
      return { ...message("message", text, now), channel: "D0NORA", channel_type: "im" };
    case "thread_reply":
      return { ...message("app_mention", text, now), thread_ts: "1700000000.000100" };
    case "guest_mention":
      return { ...message("app_mention", text, now), user: "U0SAM", user_team: "T0ELSEWHERE" };
    case "reaction_added":
      return {
        type: "reaction_added",
        user: NORA,
        reaction: text,
        item: { type: "message", channel: CHANNEL, ts: "1700000000.000100" },
        item_user: "U0SAM",
        event_ts: time(now),
      };
    case "self_test":
      return {
        type: "app_home_opened",
        user: NORA,
        channel: "D0NORA",
        tab: "home",
        event_ts: time(now),
      };
    default:
      return message("app_mention", text, now);
  }
}

function message(type: string, text: string, now: Date) {
  const ts = time(now);
  return {
    type,
    user: NORA,
    team: TEAM.id,
    text: escaped(text),
    channel: CHANNEL,
    ts,
    event_ts: ts,
    client_msg_id: crypto.randomUUID(),
  };
}

const callback = (event: unknown, now: Date) => ({
  token: "sample",
  team_id: TEAM.id,
  api_app_id: APP,
  event,
  type: "event_callback",
  event_id: `Ev${fresh(9)}`,
  event_time: Math.floor(now.getTime() / 1000),
  is_ext_shared_channel: false,
});

const command = (text: string, now: Date) => ({
  token: "sample",
  team_id: TEAM.id,
  team_domain: TEAM.domain,
  channel_id: CHANNEL,
  channel_name: "tea-shop",
  user_id: NORA,
  user_name: "nora",
  command: "/agent",
  text: escaped(text),
  api_app_id: APP,
  response_url: `https://hooks.slack.com/commands/${TEAM.id}/1/sample`,
  trigger_id: trigger(now),
});

const button = (action_id: string, now: Date) => ({
  type: "block_actions",
  user: { id: NORA, username: "nora", team_id: TEAM.id },
  api_app_id: APP,
  token: "sample",
  team: TEAM,
  channel: { id: CHANNEL, name: "tea-shop" },
  container: { type: "message", message_ts: "1700000000.000200", channel_id: CHANNEL },
  message: { ts: "1700000000.000200", thread_ts: "1700000000.000100", text: "Plan ready" },
  response_url: `https://hooks.slack.com/actions/${TEAM.id}/1/sample`,
  trigger_id: trigger(now),
  actions: [{ type: "button", action_id, value: "", block_id: "agent", action_ts: time(now) }],
});

const json = (payload: unknown) => ({
  content_type: "application/json",
  body: JSON.stringify(payload),
});

const form = (fields: Record<string, string>) => ({
  content_type: "application/x-www-form-urlencoded",
  body: new URLSearchParams(fields).toString(),
});

const time = (now: Date): string =>
  `${Math.floor(now.getTime() / 1000)}.${
    String(randomBytes(4).readUInt32BE() % 1e6).padStart(6, "0")
  }`;

const trigger = (now: Date): string => `${now.getTime()}.9000001.${fresh(16)}`;

const fresh = (bytes: number): string => randomBytes(bytes).toString("hex").toUpperCase();

// a mention such as <@U1> is Slack's own and stays
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replace(/<(?!@U)/g, "&lt;").replace(/(?<!<@\w{1,30})>/g, "&gt;");
