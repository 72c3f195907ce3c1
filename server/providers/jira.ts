import type { Provider } from "@/server/providers/provider.ts";
import { hideJira } from "./jira/hide.ts";
import { prepareComment } from "./jira/outgoing.ts";
import { readJira } from "./jira/read.ts";
import { connectJira } from "./jira/reply.ts";
import { jiraSample, jiraSamples } from "./jira/samples.ts";
import { event_types, secretProblem, setup } from "./jira/setup.ts";
import { stand_in } from "./jira/stand_in.ts";
import { triggers } from "./jira/triggers.ts";
import { signJira, verifyJira } from "./jira/verify.ts";

const secret_setting = "JIRA_WEBHOOK_SECRET";

/** Jira Cloud, by webhooks of an administrator with a secret, and Jira Data Center from 10 on. */
export const jira: Provider = {
  name: "jira",
  title: "Jira",
  secret_setting,
  trusted_setting: "JIRA_TRUSTED_USERS",
  login_setting: "JIRA_ACCOUNT_ID",
  // payloads do not tell who belongs there
  trusted_associations: [],
  abilities: ["comment"],
  event_types,
  triggers,
  setup,
  gives_secret: false,
  verify: (request, secrets) => verifyJira(request, secrets, secret_setting),
  secretProblem,
  claims: (headers) => ({
    event_type: null,
    provider_delivery_id: headers.get("x-atlassian-webhook-identifier"),
  }),
  read: readJira,
  mentions: (own_name) => [`[~accountid:${own_name}]`, `[~${own_name}]`],
  shows: { text: "plain", context: "plain" },
  hide: hideJira,
  prepare: prepareComment,
  // an API token of Jira Cloud is shown together with its e-mail address, the other one alone
  connection: (setting) => ({
    base_url: setting("JIRA_URL") ?? "",
    token: setting("JIRA_API_TOKEN") ?? setting("JIRA_TOKEN"),
    email: setting("JIRA_API_TOKEN") ? setting("JIRA_EMAIL") : null,
  }),
  connect: connectJira,
  pace: () => ({ key: "jira", interval_seconds: 0.5, burst: 10 }),
  samples: jiraSamples,
  sample: jiraSample,
  sign: signJira,
  stand_in,
  stories: [["comment"], ["customer_comment"]],
};
