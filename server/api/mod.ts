import { mountAgents } from "@/server/api/agents.ts";
import { mountApprovals } from "@/server/api/approvals.ts";
import { mountChat } from "@/server/api/chat.ts";
import { mountConversations } from "@/server/api/conversations.ts";
import { mountDeliveries } from "@/server/api/deliveries.ts";
import { mountDocument } from "@/server/api/document.ts";
import { mountFlows } from "@/server/api/flows.ts";
import { mountMachines } from "@/server/api/machines.ts";
import { mountMetrics } from "@/server/api/metrics.ts";
import { mountRepositories } from "@/server/api/repositories.ts";
import { mountStatus } from "@/server/api/status.ts";
import { mountStreams } from "@/server/api/streams.ts";
import { mountTasks } from "@/server/api/tasks.ts";
import { mountTokens } from "@/server/api/tokens.ts";
import { mountWebhooks } from "@/server/api/webhooks.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** Every noun of the API. */
export function mountApi(app: App, deps: AppDeps): void {
  mountStatus(app, deps);
  mountTasks(app, deps);
  mountStreams(app, deps);
  mountChat(app, deps);
  mountConversations(app, deps);
  mountFlows(app, deps);
  mountApprovals(app, deps);
  mountDeliveries(app, deps);
  mountWebhooks(app, deps);
  mountRepositories(app, deps);
  mountAgents(app);
  mountMachines(app, deps);
  mountMetrics(app, deps);
  mountTokens(app, deps);
  mountDocument(app, deps);
}
