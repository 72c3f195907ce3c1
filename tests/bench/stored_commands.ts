import { connect } from "@/db/client.ts";
import { ensureBuiltinWebhooks, getWebhook } from "@/db/webhooks.ts";
import { changeCommands } from "@/db/webhooks/commands.ts";
import type { CommandSpec } from "@/server/webhooks/command.ts";

export const STORED = 200;

const NOTHING: Omit<CommandSpec, "name"> = {
  aliases: [],
  description: "",
  trigger: null,
  conditions: {},
  expression: null,
  priority: 100,
  action: "create_task",
  template: "Look at {{issue.title}}",
  reaction: null,
  labels: [],
  choices: [],
  forward_url: null,
  target_agent: null,
  model: null,
  tool_profile: "read",
  requires_approval: false,
  requires_repository: false,
  run_for: "trusted",
  max_per_hour: null,
  enabled: true,
};

/** Commands as a team might store them, none of which a comment of the benchmark starts. */
const KINDS: ((i: number) => Partial<CommandSpec>)[] = [
  (i) => ({ aliases: [`short${i}`, `other${i}`] }),
  (i) => ({ trigger: "issues.opened, pull_request.*", conditions: { "label.name": `kind-${i}` } }),
  (i) => ({
    trigger: "issue_comment.created",
    conditions: {
      "issue.labels.name": { in: [`area-${i}`, "crash"] },
      "issue.title": { not: { contains: "duplicate" } },
    },
  }),
  (i) => ({
    trigger: "issue_comment.*",
    conditions: { "repository.full_name": { contains: "/" } },
    expression: `payload.issue.comments > ${10_000 + i} && payload.comment.body.contains("crash")`,
  }),
];

/** What is stored of them. */
export const commandsFor = () =>
  Array.from({ length: STORED }, (_, i) => ({
    name: `stored-${i}`,
    definition: { ...NOTHING, ...KINDS[i % KINDS.length](i) },
    created_by: null,
  }));

/** Stores them at GitHub's door, before the server that is to read them starts. */
export async function storeCommands(url: string): Promise<void> {
  const db = connect(url, { max: 1 });
  await ensureBuiltinWebhooks(db, [{ provider: "github", name: "GitHub" }]);
  const { webhook_id } = (await getWebhook(db, "github"))!;
  await changeCommands(db, webhook_id, () => ({ add: commandsFor() }));
  await db.close();
}
