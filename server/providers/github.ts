import type { Provider } from "@/server/providers/provider.ts";
import { isOwnText } from "@/server/providers/markdown_out.ts";
import { prepareComment } from "./github/outgoing.ts";
import { readGithub } from "./github/read.ts";
import { connectGithub } from "./github/reply.ts";
import { verifyGithub } from "./github/verify.ts";

const secret_setting = "GITHUB_WEBHOOK_SECRET";

/** GitHub, and GitHub Enterprise Server at another address. */
export const github: Provider = {
  name: "github",
  secret_setting,
  trusted_setting: "GITHUB_TRUSTED_USERS",
  login_setting: "GITHUB_LOGIN",
  trusted_associations: ["OWNER", "MEMBER", "COLLABORATOR"],
  verify: (request, secrets) => verifyGithub(request, secrets, secret_setting),
  claims: (headers) => ({
    event_type: headers.get("x-github-event"),
    provider_delivery_id: headers.get("x-github-delivery"),
  }),
  read: readGithub,
  isOwnText,
  prepare: prepareComment,
  connect: connectGithub,
};
