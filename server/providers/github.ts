import { hideMarkdown } from "@/server/providers/markdown.ts";
import type { Connection, Provider, Setting } from "@/server/providers/provider.ts";
import { repositories } from "./github/clone.ts";
import { prepareComment } from "./github/outgoing.ts";
import { readGithub } from "./github/read.ts";
import { connectGithub } from "./github/reply.ts";
import { pull_requests } from "./github/pull_requests.ts";
import { githubSample, githubSamples } from "./github/samples.ts";
import { event_types, secretProblem, setup } from "./github/setup.ts";
import { event_header, signGithub } from "./github/sign.ts";
import { triggers } from "./github/triggers.ts";
import { verifyGithub } from "./github/verify.ts";

const secret_setting = "GITHUB_WEBHOOK_SECRET";

/** GitHub, and GitHub Enterprise Server at another address. */
export const github: Provider = {
  name: "github",
  title: "GitHub",
  secret_setting,
  trusted_setting: "GITHUB_TRUSTED_USERS",
  login_setting: "GITHUB_LOGIN",
  app_setting: "GITHUB_APP_ID",
  url_setting: "GITHUB_URL",
  trusted_associations: ["OWNER", "MEMBER", "COLLABORATOR"],
  abilities: ["comment", "reaction", "label"],
  event_types,
  triggers,
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
  // docs: "Email addresses reference", the address that keeps the real one private
  commitEmail: ({ id, name }, instance) =>
    id && name ? `${id}+${name}@users.noreply.${instance}` : null,
  shows: { text: "markdown", context: "markdown" },
  hide: hideMarkdown,
  prepare: prepareComment,
  connection,
  connect: connectGithub,
  // 80 things a minute that create content, for each token
  pace: ({ installation_id }) => ({
    key: typeof installation_id === "number" ? `github ${installation_id}` : "github",
    interval_seconds: 0.75,
    burst: 20,
  }),
  repositories,
  pull_requests,
  samples: githubSamples,
  sample: githubSample,
  event_header,
  sign: signGithub,
  stories: [
    ["ping"],
    ["issue_comment"],
    ["pull_request_comment"],
    ["issue_comment", "Thanks, that helps a lot."],
    ["outsider_comment"],
    ["issue_comment", "@agent help"],
  ],
};

function connection(setting: Setting, minted: (token: string) => void): Connection {
  const [id, private_key] = [setting("GITHUB_APP_ID"), setting("GITHUB_APP_PRIVATE_KEY")];
  return {
    base_url: setting("GITHUB_API_URL") ?? "",
    token: setting("GITHUB_TOKEN"),
    app: id && private_key ? { id, private_key } : null,
    minted,
  };
}
