import { hideMarkdown } from "@/server/providers/markdown.ts";
import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Provider } from "@/server/providers/provider.ts";
import {
  newStandardSecret,
  signStandard,
  standardSecretProblem,
  verifyStandard,
} from "@/server/providers/standard_webhooks.ts";
import { readCustom } from "./custom/read.ts";
import { connectCustom } from "./custom/reply.ts";
import { customSample, customSamples } from "./custom/samples.ts";
import { event_types, setup } from "./custom/setup.ts";

const secret_setting = "CUSTOM_WEBHOOK_SECRET";
/** A part of an answer; the callback takes a megabyte. */
const MAX_COMMENT = 100_000;

export const custom: Provider = {
  name: "custom",
  title: "Custom",
  secret_setting,
  trusted_setting: null,
  login_setting: null,
  sender: "the sender",
  has_callback: true,
  trusted_associations: ["SENDER"],
  abilities: ["comment", "answer"],
  event_types,
  triggers: [],
  setup,
  gives_secret: false,
  newSecret: newStandardSecret,
  verify: ({ headers, body }, secrets, now) =>
    verifyStandard(headers, body, secrets, now, { secret_setting }),
  secretProblem: standardSecretProblem,
  claims: (headers) => ({
    event_type: null,
    provider_delivery_id: headers.get("webhook-id"),
  }),
  read: readCustom,
  mentions: (own_name) => [`@${own_name}`],
  // nobody knows where it is read: most services that send Markdown hide comments
  shows: { text: "markdown", context: "markdown" },
  hide: hideMarkdown,
  prepare: (text, options) => prepareMarkdown(text, options, { limit: MAX_COMMENT }),
  answer: (text) => ({ content_type: "application/json", body: JSON.stringify({ text }) }),
  connection: (setting) => ({
    base_url: "",
    token: null,
    callback_secret: setting(secret_setting),
  }),
  connect: connectCustom,
  pace: ({ webhook_id }) => ({
    key: `custom ${webhook_id ?? ""}`,
    interval_seconds: 0.2,
    burst: 10,
  }),
  samples: customSamples,
  sample: customSample,
  sign: (body, { secret, now }) =>
    signStandard(
      `msg_${crypto.randomUUID()}`,
      Math.floor(now.getTime() / 1000),
      body,
      secret,
    ),
  stand_in: { settings: () => ({}), answer: () => ({}) },
  stories: [["message"], ["deploy_failed"]],
};
