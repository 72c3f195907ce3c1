import type { Provider } from "@/server/providers/provider.ts";
import { answerSlack, prepareSlack } from "./slack/outgoing.ts";
import { readSlack } from "./slack/read.ts";
import { connectSlack } from "./slack/reply.ts";
import { slackSample, slackSamples } from "./slack/samples.ts";
import { event_types, setup } from "./slack/setup.ts";
import { hideQuoted } from "./slack/text.ts";
import { slackSecretProblem, verifySlack } from "./slack/verify.ts";

const secret_setting = "SLACK_SIGNING_SECRET";

/** Slack: events, slash commands and buttons of one app. */
export const slack: Provider = {
  name: "slack",
  title: "Slack",
  secret_setting,
  trusted_setting: "SLACK_TRUSTED_USERS",
  login_setting: "SLACK_BOT_USER_ID",
  // payloads do not tell: the worker learns who is a full member
  trusted_associations: ["FULL_MEMBER"],
  abilities: ["comment", "reaction", "whisper", "answer", "buttons"],
  event_types,
  setup,
  gives_secret: true,
  verify: (request, secrets, now) => verifySlack(request, secrets, now, secret_setting),
  secretProblem: slackSecretProblem,
  // what a request is about stands in its body alone
  claims: () => ({ event_type: null, provider_delivery_id: null }),
  read: readSlack,
  mentions: (own_id) => [`<@${own_id}>`],
  shows: { text: "plain", context: "plain" },
  hide: hideQuoted,
  prepare: prepareSlack,
  answer: answerSlack,
  connect: connectSlack,
  samples: slackSamples,
  sample: slackSample,
};
