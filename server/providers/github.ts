import { hideMarkdown } from "@/server/providers/markdown.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { prepareComment } from "./github/outgoing.ts";
import { readGithub } from "./github/read.ts";
import { connectGithub } from "./github/reply.ts";
import { githubSample, githubSamples } from "./github/samples.ts";
import { event_types, secretProblem, setup } from "./github/setup.ts";
import { verifyGithub } from "./github/verify.ts";

const secret_setting = "GITHUB_WEBHOOK_SECRET";

/** GitHub, and GitHub Enterprise Server at another address. */
export const github: Provider = {
  name: "github",
  title: "GitHub",
  secret_setting,
  trusted_setting: "GITHUB_TRUSTED_USERS",
  login_setting: "GITHUB_LOGIN",
  trusted_associations: ["OWNER", "MEMBER", "COLLABORATOR"],
  abilities: ["comment", "reaction", "label"],
  event_types,
  setup,
  gives_secret: false,
  verify: (request, secrets) => verifyGithub(request, secrets, secret_setting),
  secretProblem,
  claims: (headers) => ({
    event_type: headers.get("x-github-event"),
    provider_delivery_id: headers.get("x-github-delivery"),
  }),
  read: readGithub,
  // an app is mentioned without the "[bot]" of its login
  mentions: (own_name) => [`@${own_name.replace(/\[bot\]$/, "")}`],
  shows: { text: "markdown", context: "markdown" },
  hide: hideMarkdown,
  prepare: prepareComment,
  connect: connectGithub,
  samples: githubSamples,
  sample: githubSample,
};
