import { listWebhookViews } from "@/server/verbs/webhooks/view.ts";
import { createWebhook } from "@/server/verbs/webhooks/create.ts";
import { setupOf } from "@/server/verbs/webhooks/setup.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPage } from "@/server/pages/answer.ts";
import { formFields, refusal } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { providers } from "@/server/providers/mod.ts";
import { SecretOncePage } from "@/views/pages/secret_once.tsx";
import { type WebhooksData, WebhooksPage } from "@/views/pages/webhooks.tsx";

export const showWebhooks = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <WebhooksPage {...await read(c, deps)} />);

async function read(c: AppContext, deps: AppDeps): Promise<WebhooksData> {
  const webhooks = await listWebhookViews(deps);
  const choices = [...providers.values()].map(({ name, title, gives_secret }) => ({
    name,
    title,
    gives_secret,
  }));
  return { principal: c.get("principal"), may: mayOf(c), webhooks, providers: choices };
}

const FIELDS = ["provider", "name", "description", "secret", "command_prefix"] as const;

/** The answer is the page that shows the secret: nothing that can be asked for again holds it. */
export const create = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const typed = await formFields(c, [...FIELDS, "separate_endpoint"]);
  const draft = { ...typed, separate_endpoint: typed.separate_endpoint !== "" };
  const said = FIELDS.map((name) => [name, draft[name].trim()]).filter(([, text]) => text !== "");
  const input = { ...Object.fromEntries(said), separate_endpoint: draft.separate_endpoint };
  try {
    const principal = c.get("principal");
    const { webhook, secret, added_to_existing } = await createWebhook(deps, principal, input);
    if (added_to_existing) return c.redirect(`/webhooks/${webhook.webhook_id}?existing=yes`, 303);
    const setup = await setupOf(deps, webhook.webhook_id);
    const page = { principal, webhook, setup, secret: typed.secret ? null : secret };
    return answerPage(c, <SecretOncePage {...page} rotated={false} />, 201);
  } catch (error) {
    const { status, problems } = refusal(error);
    const data = await read(c, deps);
    return answerPage(c, <WebhooksPage {...data} refused={{ draft, problems }} />, status);
  }
};
