import { mountCommands } from "@/server/api/webhooks/commands.ts";
import { mountManaging } from "@/server/api/webhooks/manage.ts";
import { mountFigures } from "@/server/api/webhooks/figures.ts";
import { mountSetup } from "@/server/api/webhooks/setup.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** /api/webhooks…, but for deliveries, whose fixed paths have to come before these. */
export function mountWebhooks(app: App, deps: AppDeps): void {
  mountFigures(app, deps);
  mountManaging(app, deps);
  mountCommands(app, deps);
  mountSetup(app, deps);
}
