import { hideMarkdown } from "@/server/providers/markdown.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { newStandardSecret } from "@/server/providers/standard_webhooks.ts";
import { headerKind } from "./gitlab/kind.ts";
import { prepareNotes } from "./gitlab/outgoing.ts";
import { pull_requests } from "./gitlab/pull_requests.ts";
import { readGitlab } from "./gitlab/read.ts";
import { connectGitlab } from "./gitlab/reply.ts";
import { gitlabSample, gitlabSamples } from "./gitlab/samples.ts";
import { event_types, setup } from "./gitlab/setup.ts";
import { event_header, signGitlab } from "./gitlab/sign.ts";
import { stand_in } from "./gitlab/stand_in.ts";
import { triggers } from "./gitlab/triggers.ts";
import { secretProblem, verifyGitlab } from "./gitlab/verify.ts";

const secret_setting = "GITLAB_WEBHOOK_SECRET";

/** GitLab, at gitlab.com or anywhere else: by signing token, or by its older plain token. */
export const gitlab: Provider = {
  name: "gitlab",
  title: "GitLab",
  secret_setting,
  trusted_setting: "GITLAB_TRUSTED_USERS",
  login_setting: "GITLAB_USERNAME",
  url_setting: "GITLAB_URL",
  // payloads do not tell how somebody stands to the project
  trusted_associations: [],
  abilities: ["comment", "reaction", "label"],
  event_types,
  triggers,
  setup,
  gives_secret: false,
  newSecret: newStandardSecret,
  verify: (request, secrets, now) => verifyGitlab(request, secrets, now, secret_setting),
  secretProblem,
  claims: (headers) => ({
    event_type: headerKind(headers.get("x-gitlab-event")),
    provider_delivery_id: headers.get("webhook-id") ?? headers.get("idempotency-key"),
  }),
  read: readGitlab,
  mentions: (own_name) => [`@${own_name}`],
  // docs: "Use a private commit email"
  commitEmail: ({ id, name }, instance) =>
    id && name ? `${id}-${name}@users.noreply.${instance}` : null,
  shows: { text: "markdown", context: "markdown" },
  hide: hideMarkdown,
  prepare: prepareNotes,
  connection: (setting) => ({
    base_url: setting("GITLAB_URL") ?? "",
    token: setting("GITLAB_TOKEN"),
  }),
  connect: connectGitlab,
  // 300 notes a minute where nobody set it otherwise, some instances take 60
  pace: () => ({ key: "gitlab", interval_seconds: 1, burst: 20 }),
  repositories: { depth: 30, changes: "merge-requests", login: "oauth2" },
  pull_requests,
  samples: gitlabSamples,
  sample: gitlabSample,
  event_header,
  sign: signGitlab,
  stand_in,
  stories: [["issue_note"], ["outsider_note"]],
};
