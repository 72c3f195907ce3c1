import type { Provider } from "@/server/providers/provider.ts";
import { answerSlack, prepareSlack } from "./slack/outgoing.ts";
import { belowMessage, channelPlace } from "./slack/place.ts";
import { readSlack } from "./slack/read.ts";
import { connectSlack } from "./slack/reply.ts";
import { slackSample, slackSamples } from "./slack/samples.ts";
import { event_types, setup } from "./slack/setup.ts";
import { stand_in } from "./slack/stand_in.ts";
import { hideQuoted } from "./slack/text.ts";
import { signSlack, slackSecretProblem, verifySlack } from "./slack/verify.ts";

const secret_setting = "SLACK_SIGNING_SECRET";

/** Slack: events, slash commands and buttons of one app. */
export const slack: Provider = {
  name: "slack",
  title: "Slack",
  secret_setting,
  trusted_setting: "SLACK_TRUSTED_USERS",
  login_setting: "SLACK_BOT_USER_ID",
  notice_setting: "SLACK_NOTIFY_CHANNEL",
  // payloads do not tell: the worker learns who is a full member
  trusted_associations: ["FULL_MEMBER"],
  abilities: ["comment", "reaction", "whisper", "answer", "buttons", "card"],
  event_types,
  triggers: [],
  setup,
  gives_secret: true,
  verify: (request, secrets, now) => verifySlack(request, secrets, now, secret_setting),
  secretProblem: slackSecretProblem,
  claims: () => ({ event_type: null, provider_delivery_id: null }),
  read: readSlack,
  mentions: (own_id) => [`<@${own_id}>`],
  shows: { text: "plain", context: "plain" },
  hide: hideQuoted,
  prepare: prepareSlack,
  answer: answerSlack,
  connection: (setting) => ({
    base_url: setting("SLACK_API_URL") ?? "",
    token: setting("SLACK_BOT_TOKEN"),
  }),
  connect: connectSlack,
  noticePlace: channelPlace,
  below: belowMessage,
  // a message a second in each channel, and 50 reactions a minute in all
  pace: ({ channel }, kind) =>
    kind === "reaction"
      ? { key: "slack reactions", interval_seconds: 1.2, burst: 10 }
      : { key: `slack ${channel ?? ""}`, interval_seconds: 1, burst: 3 },
  samples: slackSamples,
  sample: slackSample,
  sign: signSlack,
  stand_in,
  stories: [["app_mention"], ["slash_command", "help"], ["guest_mention"]],
};
