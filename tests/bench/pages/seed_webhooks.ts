import type { Database } from "@/db/client.ts";
import { saveCommandSets } from "@/db/deliveries/command_sets.ts";
import { createSeal } from "@/db/process/seal.ts";
import { createWebhook, ensureBuiltinWebhooks } from "@/db/webhooks.ts";
import { COMMAND_DEFAULTS } from "@/db/nouns/command.ts";
import { providers } from "@/server/providers/mod.ts";
import { newWebhook } from "@/tests/helpers/records.ts";

/** Of the app that is measured: it opens the secrets that are sealed here. */
export const SECRET_KEY = "secret-key-of-the-bench";

/** Which commands a delivery was looked at for: one set for all of them. */
export const COMMAND_SET = "seeded";

const CREATED = ["github", "github", "gitlab", "sentry", "custom", "custom"];

/** The built-in webhooks, six created ones, and a command of each. */
export async function seedWebhooks(db: Database): Promise<void> {
  const builtin = [...providers.values()].map(({ name, title }) => ({
    provider: name,
    name: title,
  }));
  await ensureBuiltinWebhooks(db, builtin);
  for (const [i, provider] of CREATED.entries()) await makeWebhook(db, provider, i);
  const reasons = [{ text: "the event is another one" }];
  const commands = ["analyze", "plan", "review", "fix", "approve", "reject", "help"]
    .map((name) => ({ name, reasons }));
  await saveCommandSets(db, [{ command_set: COMMAND_SET, commands }]);
}

async function makeWebhook(db: Database, provider: string, i: number): Promise<void> {
  const webhook = newWebhook({
    provider,
    name: `Team ${i + 1}`,
    secret: provider === "custom" ? `whsec_${btoa(`secret of the team ${i + 1}`)}` : `secret ${i}`,
  });
  await createWebhook(db, createSeal(SECRET_KEY), webhook, [{
    name: "tidy",
    definition: { ...COMMAND_DEFAULTS, template: "Tidy up" },
    created_by: "admin",
  }]);
}
