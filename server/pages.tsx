// The site map: every page of the dashboard, its route and the room it is made in.
import { requireRole } from "@/server/auth/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { sendMessage, showChat, showConversation } from "@/server/pages/chat.tsx";
import * as commands from "@/server/pages/commands.tsx";
import { showDeliveries, showDeliveryList } from "@/server/pages/deliveries.tsx";
import {
  replayDelivery,
  showDelivery,
  showDeliveryReplies,
  showDryRun,
} from "@/server/pages/delivery.tsx";
import { hints } from "@/server/pages/hints.ts";
import { showOverview, showOverviewBody } from "@/server/pages/overview.tsx";
import { showSignIn, showSignInLink } from "@/server/pages/sign_in.tsx";
import { serveStatic } from "@/server/pages/static.ts";
import { liveTask, showOutput, showTask, showTaskReplies } from "@/server/pages/task.tsx";
import { retry, sendInput, stop } from "@/server/pages/task_forms.tsx";
import * as webhook from "@/server/pages/webhook.tsx";
import { create, showWebhooks } from "@/server/pages/webhooks.tsx";

export { problemPage } from "@/server/pages/problem.tsx";

/** Adds the pages to the app. Whoever is not signed in gets only the first lines. */
export function mountPages(app: App, deps: AppDeps): void {
  const operator = requireRole("operator");
  const admin = requireRole("admin");

  app.get("/static/:name", serveStatic);
  app.get("/sign-in", showSignIn);
  app.get("/sign-in/link", showSignInLink);

  app.get("/", showOverview(deps));
  app.get("/overview", showOverviewBody(deps));
  app.get("/hints", hints(deps));

  app.get("/tasks/:task_id", showTask(deps));
  app.get("/tasks/:task_id/live", liveTask(deps));
  app.get("/tasks/:task_id/replies", showTaskReplies(deps));
  app.get("/tasks/:task_id/output/:seq", showOutput(deps));
  app.post("/tasks/:task_id/stop", operator, stop(deps));
  app.post("/tasks/:task_id/retry", operator, retry(deps));
  app.post("/tasks/:task_id/input", operator, sendInput(deps));

  app.get("/chat", showChat(deps));
  app.get("/chat/:conversation_id", showConversation(deps));
  app.post("/chat", operator, sendMessage(deps));

  app.get("/deliveries", showDeliveries(deps));
  app.get("/deliveries/list", showDeliveryList(deps));
  app.get("/deliveries/:delivery_id", showDelivery(deps));
  app.get("/deliveries/:delivery_id/replies", showDeliveryReplies(deps));
  app.get("/deliveries/:delivery_id/dry-run", operator, showDryRun(deps));
  app.post("/deliveries/:delivery_id/replay", operator, replayDelivery(deps));

  // Forms are posted three parts deep: what is posted to one or two parts is a delivery.
  app.get("/webhooks", showWebhooks(deps));
  app.post("/webhooks", admin, create(deps));
  app.get("/webhooks/:webhook_id", webhook.showWebhook(deps));
  app.post("/webhooks/:webhook_id/settings/save", admin, webhook.saveWebhook(deps));
  app.post("/webhooks/:webhook_id/settings/secret", admin, webhook.rotate(deps));
  app.post("/webhooks/:webhook_id/settings/delete", admin, webhook.remove(deps));
  app.post("/webhooks/:webhook_id/settings/enable", operator, webhook.toggleWebhook(deps, true));
  app.post("/webhooks/:webhook_id/settings/disable", operator, webhook.toggleWebhook(deps, false));
  app.post("/webhooks/:webhook_id/settings/self-test", operator, webhook.testWebhook(deps));

  const command = "/webhooks/:webhook_id/commands/:cmd";
  app.get("/webhooks/:webhook_id/commands/new", admin, commands.newCommand(deps));
  app.post("/webhooks/:webhook_id/commands/new", admin, commands.createCommand(deps));
  app.post("/webhooks/:webhook_id/commands/dry-run", admin, commands.tryCommand(deps));
  app.get(command, commands.showCommand(deps));
  app.post(command, admin, commands.saveCommand(deps));
  app.post(`${command}/delete`, admin, commands.deleteCommand(deps));
  app.post(`${command}/enable`, operator, commands.turnCommand(deps, true));
  app.post(`${command}/disable`, operator, commands.turnCommand(deps, false));
}
