import type { z } from "zod";
import { audit } from "@/db/audit.ts";
import { changeCommands, createWebhook as store, type WebhookRow } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { checked, wrong } from "@/server/verbs/checked.ts";
import { findRow } from "@/server/verbs/webhooks/find.ts";
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
  /** The provider had a webhook, and its commands are there now. */
  added_to_existing: boolean;
}

const at = (n: number) => `commands.${n}.`;

/**
 * Makes a webhook with an address and a secret of its own. Where the provider has one that works,
 * and neither a secret nor a separate endpoint is asked for, the commands are added there instead,
 * and nothing else of it changes.
 * @throws HttpProblem 409, 422
 */
export async function createWebhook(
  deps: AppDeps,
  who: string,
  input: unknown,
): Promise<CreatedWebhook> {
  const wanted = checked(NewWebhook, input);
  const provider = providers.get(wanted.provider);
  if (!provider) {
    const message = `is not one of ${[...providers.keys()].join(", ")}`;
    throw wrong([{ path: "provider", message }]);
  }
  const specs = await checkedCommands(deps, wanted, wanted.commands ?? [], at);
  const own = wanted.secret !== undefined || wanted.separate_endpoint === true;
  const existing = own ? null : usableWebhook(deps, provider.name);
  return existing
    ? await addTo(deps, who, existing, specs)
    : await create(deps, who, provider, wanted, specs);
}

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
  deps: AppDeps,
  who: string,
  id: string,
  specs: CommandSpec[],
): Promise<CreatedWebhook> {
  const row: WebhookRow = await findRow(deps, id);
  const ids = await changeCommands(deps.db, id, (stored) => ({
    add: rowsToAdd(row.provider, stored, specs, { who, at }),
  }));
  if (!ids) throw unknown("webhook", id);
  await audit(deps.db, {
    actor: who,
    action: "webhook.commands.add",
    subject: id,
    detail: { commands: specs.map(({ name }) => name) },
  });
  await deps.webhooks.reload();
  return { webhook: await webhookView(deps, id), secret: null, added_to_existing: true };
}

async function create(
  deps: AppDeps,
  who: string,
  provider: Provider,
  wanted: z.output<typeof NewWebhook>,
  specs: CommandSpec[],
): Promise<CreatedWebhook> {
  const commands = rowsToAdd(provider.name, [], specs, { who, at });
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
    callback_url: wanted.callback_url ?? null,
    secret,
    created_by: who,
  };
  const id = await store(deps.db, sealOf(deps), row, commands);
  await audit(deps.db, {
    actor: who,
    action: "webhook.create",
    subject: id,
    detail: { provider: provider.name, name: row.name, commands: specs.map(({ name }) => name) },
  });
  await deps.webhooks.reload();
  return { webhook: await webhookView(deps, id), secret, added_to_existing: false };
}
