import { listDeliveries } from "@/db/deliveries/list.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPage, answerPart } from "@/server/pages/answer.ts";
import { formFields, refusal, wantsPart } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { listAgents } from "@/server/registry/agents.ts";
import { changeWebhook } from "@/server/verbs/webhooks/change.ts";
import { removeWebhook } from "@/server/verbs/webhooks/remove.ts";
import { rotateSecret } from "@/server/verbs/webhooks/rotate_secret.ts";
import { selfTest } from "@/server/verbs/webhooks/self_test.ts";
import { forwardSecretFor, setupOf } from "@/server/verbs/webhooks/setup.ts";
import type { disableWebhook, enableWebhook } from "@/server/verbs/webhooks/switch.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import { SecretOncePage } from "@/views/pages/secret_once.tsx";
import { type WebhookData, WebhookPage } from "@/views/pages/webhook.tsx";
import { SelfTestResult } from "@/views/pages/webhook/self_test.tsx";
import type { WebhookView } from "@/views/webhooks.ts";
import { SETTINGS_TYPED, webhookDraft } from "@/views/pages/webhook/settings.tsx";

const RECENT = 8;

const idOf = (c: AppContext): string => c.req.param("webhook_id") ?? "";

export const showWebhook = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <WebhookPage {...await read(c, deps)} />);

async function read(c: AppContext, deps: AppDeps): Promise<WebhookData> {
  const webhook = await webhookView(deps, idOf(c));
  const { provider, is_builtin, webhook_id } = webhook;
  const filter = { provider, webhook_id: is_builtin ? null : webhook_id };
  const [setup, agents, deliveries] = await Promise.all([
    setupOf(deps, webhook_id),
    listAgents(),
    listDeliveries(deps.db, filter, { limit: RECENT }),
  ]);
  return {
    principal: c.get("principal"),
    may: mayOf(c),
    webhook,
    setup,
    now: new Date(),
    agents: agents.map(({ name }) => name),
    deliveries: deliveries.items,
    existing: c.req.query("existing") !== undefined,
    forward_secret: forwards(webhook)
      ? forwardSecretFor(deps, c.get("principal"), webhook_id)
      : null,
  };
}

const forwards = ({ commands }: WebhookView): boolean =>
  commands.some(({ action }) => action === "forward");

export const saveWebhook = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const draft = await formFields(c, SETTINGS_TYPED);
  const { has_callback } = await webhookView(deps, idOf(c));
  const { callback_url, repositories, ...others } = draft;
  const lines = { repositories: repositories.split("\n").filter((line) => line.trim() !== "") };
  const change = Object.assign(others, lines, has_callback ? { callback_url } : {});
  try {
    const input = { id: idOf(c), change };
    const { webhook_id } = await changeWebhook(deps, c.get("principal"), input);
    return c.redirect(`/webhooks/${webhook_id}`, 303);
  } catch (error) {
    const { status, problems } = refusal(error);
    const data = await read(c, deps);
    return answerPage(c, <WebhookPage {...data} refused={{ draft, problems }} />, status);
  }
};

export const switchBy =
  (deps: AppDeps, switchWebhook: typeof enableWebhook | typeof disableWebhook) =>
  async (c: AppContext): Promise<Response> => {
    await switchWebhook(deps, c.get("principal"), { id: idOf(c) });
    return c.redirect(`/webhooks/${idOf(c)}`, 303);
  };

/** A new secret, shown once by the answer where it was made here. */
export const rotate = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const given = (await formFields(c, ["secret"])).secret.trim();
  try {
    const input = { id: idOf(c), given: given ? { secret: given } : {} };
    const { webhook, secret } = await rotateSecret(deps, c.get("principal"), input);
    const setup = await setupOf(deps, webhook.webhook_id);
    const page = { principal: c.get("principal"), webhook, setup, secret: given ? null : secret };
    return answerPage(c, <SecretOncePage {...page} rotated />);
  } catch (error) {
    const { status, problems } = refusal(error);
    const data = await read(c, deps);
    const refused = { draft: webhookDraft(data.webhook), problems };
    return answerPage(c, <WebhookPage {...data} refused={refused} />, status);
  }
};

export const remove = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  await removeWebhook(deps, c.get("principal"), { id: idOf(c) });
  return c.redirect("/webhooks", 303);
};

/** Runs the self-test: its stages as a part, or on the page. */
export const testWebhook = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const test = await selfTest(deps, c.get("principal"), { id: idOf(c) });
  if (wantsPart(c)) return answerPart(c, <SelfTestResult test={test} />);
  return answerPage(c, <WebhookPage {...await read(c, deps)} test={test} />);
};
