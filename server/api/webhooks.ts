import { mountCommandChanges } from "@/server/api/webhooks/change_commands.ts";
import { mountCommands } from "@/server/api/webhooks/commands.ts";
import { mountFigures } from "@/server/api/webhooks/figures.ts";
import { mountWebhookChanges } from "@/server/api/webhooks/change.ts";
import { mountSecret } from "@/server/api/webhooks/secret.ts";
import { mountSetup } from "@/server/api/webhooks/setup.ts";
import { mountWebhookReading } from "@/server/api/webhooks/read.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** /api/webhooks…, but for deliveries, whose fixed paths have to come before these. */
export function mountWebhooks(app: App, deps: AppDeps): void {
  mountFigures(app, deps);
  mountWebhookReading(app, deps);
  mountWebhookChanges(app, deps);
  mountCommands(app, deps);
  mountCommandChanges(app, deps);
  mountSetup(app, deps);
  mountSecret(app, deps);
}
