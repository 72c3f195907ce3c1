import { connect } from "@/db/client.ts";
import { ensureBuiltinWebhooks, getWebhook } from "@/db/webhooks.ts";
import { changeCommands } from "@/db/webhooks/commands.ts";
import { COMMAND_DEFAULTS, type CommandSpec } from "@/db/nouns/command.ts";

export const STORED = 200;

const BASE = { ...COMMAND_DEFAULTS, template: "Look at {{issue.title}}" };

const named = (i: number) => ({ aliases: [`short${i}`, `other${i}`] });
const labelled = (i: number) => ({
  trigger: "issues.opened, issues.labeled",
  conditions: { "label.name": `kind-${i}` },
});
const largePull = (i: number) => ({
  trigger: "pull_request.*",
  expression: `payload.pull_request.changed_files > ${i}`,
});
const inArea = (i: number) => ({
  trigger: "issue_comment.created",
  conditions: {
    "issue.labels.name": { in: [`area-${i}`, "crash"] },
    "issue.title": { not: { contains: "duplicate" } },
  },
});
const longThread = (i: number) => ({
  trigger: "issue_comment.*",
  conditions: { "repository.full_name": { contains: "/" } },
  expression: `payload.issue.comments > ${10_000 + i} && payload.comment.body.contains("crash")`,
});

/**
 * Commands as a team might store them, spread over six webhooks. A comment of the benchmark starts
 * none: of each eight, five are asked for by name or start on something else, two start on comments
 * with conditions that do not hold, and one with an expression that is evaluated and false.
 */
const KINDS: ((i: number) => Partial<CommandSpec>)[] = [
  named,
  labelled,
  inArea,
  largePull,
  named,
  labelled,
  inArea,
  longThread,
];

const PROVIDERS = ["github", "jira", "slack", "sentry", "gitlab", "custom"];

/** What is stored at one of the webhooks. */
export const commandsFor = (provider: string) =>
  Array.from({ length: STORED }, (_, i) => i)
    .filter((i) => PROVIDERS[i % PROVIDERS.length] === provider)
    .map((i, n) => ({
      name: `stored-${i}`,
      definition: { ...BASE, ...KINDS[n % KINDS.length](i) },
      created_by: null,
    }));

/** Stores them, before the server that is to read them starts. */
export async function storeCommands(url: string): Promise<void> {
  const db = connect(url, { max: 1 });
  await ensureBuiltinWebhooks(db, PROVIDERS.map((name) => ({ provider: name, name })));
  for (const provider of PROVIDERS) {
    const { webhook_id } = (await getWebhook(db, provider))!;
    await changeCommands(db, webhook_id, () => ({ add: commandsFor(provider) }));
  }
  await db.close();
}
