import type { AppDeps } from "@/server/env.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { listWebhookViews } from "@/server/verbs/webhooks/view.ts";
import type { WebhookView } from "@/views/webhooks.ts";

/** How one provider's webhooks are doing. */
export interface ProviderState {
  provider: string;
  title: string;
  is_open: boolean;
  /** why the built-in webhook is shut, or which of its commands cannot be read */
  problem: string | null;
  webhooks: number;
  open_webhooks: number;
  commands: number;
  received_24h: number;
  refused_24h: number;
  trusted_users: {
    setting: string | null;
    state: "default" | "list" | "everyone";
    meaning: string;
  };
}

/** All providers, each with what holds of its webhooks together. */
export async function providerStates(deps: AppDeps): Promise<ProviderState[]> {
  const views = await listWebhookViews(deps);
  return [...providers.values()].map((provider) => {
    const own = views.filter((view) => view.provider === provider.name);
    return stateOf(provider, own, deps.webhooks.builtin(provider.name));
  });
}

function stateOf(provider: Provider, views: WebhookView[], builtin: Webhook | null): ProviderState {
  const sum = (count: (view: WebhookView) => number) =>
    views.reduce((total, view) => total + count(view), 0);
  const open_webhooks = sum(({ is_open }) => Number(is_open));
  return {
    provider: provider.name,
    title: provider.title,
    is_open: open_webhooks > 0,
    problem: views.find(({ is_builtin }) => is_builtin)?.problem ?? null,
    webhooks: views.length,
    open_webhooks,
    commands: sum(({ commands }) => commands.length),
    received_24h: sum(({ stats }) => stats.received),
    refused_24h: sum(({ stats }) => stats.refused),
    trusted_users: trustOf(provider, builtin?.trusted_users ?? null),
  };
}

function trustOf(
  { trusted_setting: setting, trusted_associations }: Provider,
  users: string[] | null,
): ProviderState["trusted_users"] {
  if (users?.includes("*")) {
    return { setting, state: "everyone", meaning: "everyone may start work" };
  }
  if (users) return { setting, state: "list", meaning: `those whom ${setting} names` };
  const meaning = trusted_associations.length > 0
    ? `by what the provider says of them: ${trusted_associations.join(", ")}`
    : setting
    ? `nobody, until ${setting} names somebody`
    : "nobody: commands start by trigger only";
  return { setting, state: "default", meaning };
}
