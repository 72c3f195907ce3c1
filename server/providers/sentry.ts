import { hideMarkdown } from "@/server/providers/markdown.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { prepareComment } from "./sentry/outgoing.ts";
import { readSentry } from "./sentry/read.ts";
import { connectSentry } from "./sentry/reply.ts";
import { sentrySample, sentrySamples } from "./sentry/samples.ts";
import { event_types, secretProblem, setup } from "./sentry/setup.ts";
import { event_header, signSentry } from "./sentry/sign.ts";
import { stand_in } from "./sentry/stand_in.ts";
import { triggers } from "./sentry/triggers.ts";
import { verifySentry } from "./sentry/verify.ts";

const secret_setting = "SENTRY_WEBHOOK_SECRET";

/** Sentry, by an integration of the organization; sentry.io and one's own. */
export const sentry: Provider = {
  name: "sentry",
  title: "Sentry",
  secret_setting,
  trusted_setting: null,
  login_setting: null,
  trusted_associations: ["MEMBER"],
  abilities: ["comment"],
  event_types,
  triggers,
  setup,
  gives_secret: true,
  verify: (request, secrets) => verifySentry(request, secrets, secret_setting),
  secretProblem,
  claims: (headers) => ({
    event_type: headers.get("sentry-hook-resource"),
    provider_delivery_id: headers.get("request-id"),
  }),
  read: readSentry,
  mentions: (own_name) => [`@${own_name}`],
  // comments are Markdown; what an error says is shown as it is
  shows: { text: "markdown", context: "plain" },
  hide: hideMarkdown,
  prepare: prepareComment,
  connection: (setting) => ({
    base_url: setting("SENTRY_URL") ?? "",
    token: setting("SENTRY_AUTH_TOKEN"),
    organization: setting("SENTRY_ORG"),
  }),
  connect: connectSentry,
  pace: () => ({ key: "sentry", interval_seconds: 1, burst: 5 }),
  samples: sentrySamples,
  sample: sentrySample,
  event_header,
  sign: signSentry,
  stand_in,
  stories: [["issue_created"], ["comment"]],
};
