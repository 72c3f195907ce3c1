import { hideMarkdown } from "@/server/providers/markdown.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { prepareComment } from "./linear/outgoing.ts";
import { readLinear } from "./linear/read.ts";
import { connectLinear } from "./linear/reply.ts";
import { linearSample, linearSamples } from "./linear/samples.ts";
import { event_types, secretProblem, setup } from "./linear/setup.ts";
import { signLinear, stampLinear } from "./linear/sign.ts";
import { stand_in } from "./linear/stand_in.ts";
import { triggers } from "./linear/triggers.ts";
import { verifyLinear } from "./linear/verify.ts";

const secret_setting = "LINEAR_WEBHOOK_SECRET";

/** Linear, by webhooks of a workspace and a key of a member or an app. */
export const linear: Provider = {
  name: "linear",
  title: "Linear",
  secret_setting,
  trusted_setting: "LINEAR_TRUSTED_USERS",
  login_setting: "LINEAR_USERNAME",
  // payloads do not tell who is a guest
  trusted_associations: [],
  abilities: ["comment", "reaction"],
  event_types,
  triggers,
  setup,
  gives_secret: true,
  verify: (request, secrets, now) => verifyLinear(request, secrets, now, secret_setting),
  secretProblem,
  claims: (headers) => ({
    event_type: headers.get("linear-event"),
    provider_delivery_id: headers.get("linear-delivery"),
  }),
  read: readLinear,
  mentions: (own_name) => [`@${own_name}`],
  shows: { text: "markdown", context: "markdown" },
  hide: hideMarkdown,
  prepare: prepareComment,
  connection: (setting) => ({
    base_url: setting("LINEAR_API_URL") ?? "",
    token: setting("LINEAR_API_KEY"),
  }),
  connect: connectLinear,
  // 2,500 calls an hour for all keys of one person
  pace: () => ({ key: "linear", interval_seconds: 2, burst: 20 }),
  samples: linearSamples,
  sample: linearSample,
  sign: signLinear,
  stamp: stampLinear,
  stand_in,
  stories: [["comment"], ["outsider_comment"]],
};
