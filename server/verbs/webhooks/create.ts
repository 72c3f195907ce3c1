import type { z } from "zod";
import { changeCommands, createWebhook as store } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { checked, wrong } from "@/server/verbs/checked.ts";
import { verb, type Work } from "@/server/verbs/verb.ts";
import { NewWebhook } from "@/server/verbs/webhooks/schema.ts";
import { sealOf, secretFor } from "@/server/verbs/webhooks/secrets.ts";
import { checkedCommands, rowsToAdd } from "@/server/verbs/commands/stored.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import { webhookErrors } from "@/server/verbs/webhooks/problems.ts";
import type { WebhookView } from "@/views/webhooks.ts";

export interface CreatedWebhook {
  webhook: WebhookView;
  /** In the clear, here and never again; null where none was stored. */
  secret: string | null;
  added_to_existing: boolean;
}

const at = (n: number) => `commands.${n}.`;

/**
 * Makes a webhook; where the provider has one that works, and neither a secret nor an endpoint of
 * its own is asked for, adds the commands there instead. Throws 409, 422.
 */
export const createWebhook = verb(
  "webhook.create",
  "admin",
  async (work, input: unknown): Promise<CreatedWebhook> => {
    const { deps } = work;
    const wanted = checked(NewWebhook, input);
    const provider = providers.get(wanted.provider);
    if (!provider) {
      const message = `is not one of ${[...providers.keys()].join(", ")}`;
      throw wrong([{ path: "provider", message }]);
    }
    const specs = await checkedCommands(deps, provider.name, wanted.commands ?? [], at);
    const own = wanted.secret !== undefined || wanted.separate_endpoint === true;
    const existing = own ? null : usableWebhook(deps, provider.name);
    return existing
      ? await addTo(work, existing, provider, specs)
      : await create(work, provider, wanted, specs);
  },
);

/** The open built-in webhook, else the oldest created one that is open. */
function usableWebhook({ webhooks }: AppDeps, provider: string): string | null {
  const open = webhooks.all()
    .filter((webhook) =>
      webhook.provider.name === provider && webhook.enabled && !webhook.secret_problem
    )
    .sort((a, b) =>
      Number(b.is_builtin) - Number(a.is_builtin) || (a.webhook_id < b.webhook_id ? -1 : 1)
    );
  return open[0]?.webhook_id ?? null;
}

async function addTo(
  { deps, actor, commit }: Work,
  webhook_id: string,
  provider: Provider,
  specs: CommandSpec[],
): Promise<CreatedWebhook> {
  await commit(async (sql) => {
    const by = { who: actor.name, at };
    const ids = await changeCommands({ sql }, webhook_id, (stored) => ({
      add: rowsToAdd(provider.name, stored, specs, by),
    }));
    if (!ids) throw unknown("webhook", webhook_id);
    const detail = { commands: specs.map(({ name }) => name) };
    return { subject: webhook_id, action: "webhook.commands.add", detail, value: undefined };
  });
  await deps.webhooks.reload(webhook_id);
  const webhook = await webhookView(deps, webhook_id);
  return { webhook, secret: null, added_to_existing: true };
}

async function create(
  { deps, actor, commit }: Work,
  provider: Provider,
  wanted: z.output<typeof NewWebhook>,
  specs: CommandSpec[],
): Promise<CreatedWebhook> {
  const commands = rowsToAdd(provider.name, [], specs, { who: actor.name, at });
  const errors = await webhookErrors(deps, provider.name, wanted, specs);
  if (errors.length > 0) throw wrong(errors);
  const secret = secretFor(provider, wanted.secret);
  const row = {
    provider: provider.name,
    name: wanted.name ?? provider.title,
    description: wanted.description ?? "",
    enabled: wanted.enabled ?? true,
    command_prefix: wanted.command_prefix ?? null,
    default_command: wanted.default_command ?? null,
    target_agent: wanted.target_agent ?? null,
    repository: wanted.repository,
    repositories: wanted.repositories,
    callback_url: wanted.callback_url ?? null,
    secret,
    created_by: actor.name,
  };
  const webhook_id = await commit(async (sql) => {
    const id = await store({ sql }, sealOf(deps), row, commands);
    const names = specs.map(({ name }) => name);
    const detail = { provider: provider.name, name: row.name, commands: names };
    return { subject: id, detail, value: id };
  });
  await deps.webhooks.reload(webhook_id);
  return { webhook: await webhookView(deps, webhook_id), secret, added_to_existing: false };
}
