import { listWebhookCommands, type WebhookCommand, type WebhookRow } from "@/db/webhooks.ts";
import { getDelivery, newestWithBody, rawDelivery } from "@/db/deliveries/list.ts";
import { newId } from "@/db/ids.ts";
import type { AppDeps } from "@/server/env.ts";
import { buildWebhook } from "@/server/webhooks/build.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { tryOut } from "@/server/verbs/deliveries/dry_run.ts";
import { verb } from "@/server/verbs/verb.ts";
import { findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";
import { checkedCommand, rowOf } from "@/server/verbs/commands/stored.ts";
import type { DryRun } from "@/views/webhooks.ts";

const MOST = 50;
const LARGEST_BODY = 1024 * 1024;
const LONGEST_TEXT = 4_000;

/**
 * What the commands would do with the newest deliveries, were the draft in the place of that of its
 * `command_id` or name. Deliveries of more than 1 MiB are left out. Throws 404, 422.
 */
export const dryRunCommand = verb(
  "webhook.command.dry_run",
  "operator",
  async (
    { deps },
    { id, draft: input, limit = MOST }: { id: string; draft: unknown; limit?: number },
  ): Promise<DryRun[]> => {
    const row = await findRow(deps, id);
    const { command_id, draft } = split(input);
    const spec = await checkedCommand(deps, row.provider, draft);
    const webhook = await draftWebhook(deps, row, spec, command_id);
    const of = { provider: row.provider, webhook_id: createdId(row) };
    const ids = await newestWithBody(deps.db, of, Math.min(limit, MOST), LARGEST_BODY);
    const runs: DryRun[] = [];
    for (const delivery_id of ids) {
      const run = await oneRun(deps, webhook, delivery_id);
      if (run) runs.push(run);
      await othersFirst();
    }
    return runs;
  },
);

async function oneRun(
  deps: AppDeps,
  webhook: Webhook,
  delivery_id: string,
): Promise<DryRun | null> {
  const [delivery, raw] = await Promise.all([
    getDelivery(deps.db, delivery_id),
    rawDelivery(deps.db, delivery_id),
  ]);
  if (!delivery || !raw?.body) return null;
  return shortened(await tryOut(deps, { delivery, raw: { ...raw, body: raw.body }, webhook }));
}

async function draftWebhook(
  deps: AppDeps,
  row: WebhookRow,
  spec: CommandSpec,
  command_id: string | null,
): Promise<Webhook> {
  const webhook = await findWebhook(deps, row);
  const stored = await listWebhookCommands(deps.db, row.webhook_id);
  const name = spec.name.toLowerCase();
  const others = stored.filter((row) =>
    row.command_id !== command_id && row.name.toLowerCase() !== name
  );
  const before = stored.find((row) => row.command_id === command_id);
  const { command_prefix, commands_per_hour } = deps.config;
  const { trusted_users, app_id, own_name, full_members, secret_problem } = webhook;
  return buildWebhook(webhook.provider, row, [...others, draftRow(row, spec, before)], {
    command_prefix,
    commands_per_hour,
    trusted_users,
    app_id,
    own_name,
    full_members,
    workflow_rules: webhook.workflow_rules,
    repositories: webhook.repositories.patterns,
    named_repositories: webhook.repositories.named,
    secret_problem,
    secrets: () => [],
  });
}

function draftRow(row: WebhookRow, spec: CommandSpec, before?: WebhookCommand): WebhookCommand {
  const now = new Date();
  return {
    command_id: before?.command_id ?? newId(),
    webhook_id: row.webhook_id,
    ...rowOf(spec),
    spec,
    problems: [],
    created_by: null,
    created_at: now,
    updated_at: now,
  };
}

/** An id that is none stays in the draft, where it is refused by its name. */
function split(input: unknown): { command_id: string | null; draft: unknown } {
  if (typeof input !== "object" || input === null || !("command_id" in input)) {
    return { command_id: null, draft: input };
  }
  const { command_id, ...draft } = input;
  if (command_id === null) return { command_id, draft };
  if (typeof command_id !== "string") return { command_id: null, draft: input };
  return { command_id: command_id.toLowerCase(), draft };
}

const createdId = ({ is_builtin, webhook_id }: WebhookRow) => is_builtin ? null : webhook_id;

const shortened = (run: DryRun): DryRun => ({
  ...run,
  tasks: run.tasks.map((task) => ({ ...task, prompt: cut(task.prompt) })),
  replies: run.replies.map((reply) => ({ ...reply, body: cut(reply.body) })),
});

const cut = (text: string): string =>
  text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} … (cut)` : text;

/** Requests that wait come between two deliveries. */
const othersFirst = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
