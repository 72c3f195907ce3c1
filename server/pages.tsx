// The site map: every page of the dashboard, its route and the room it is made in; every form, and the
// verb that it comes to.
import type { Role } from "@/db/sessions.ts";
import { requireRole } from "@/server/roles.ts";
import type { App, AppContext, AppDeps } from "@/server/env.ts";
import { sendMessage, showChat, showConversation } from "@/server/pages/chat.tsx";
import {
  decideOnPage,
  showApproval,
  showApprovalList,
  showApprovals,
} from "@/server/pages/approvals.tsx";
import * as commands from "@/server/pages/commands.tsx";
import { showDeliveries, showDeliveryList } from "@/server/pages/deliveries.tsx";
import {
  replayDelivery,
  showDelivery,
  showDeliveryReplies,
  showDryRun,
} from "@/server/pages/delivery.tsx";
import * as flows from "@/server/pages/flows.tsx";
import { hints } from "@/server/pages/hints.ts";
import { showOverview, showOverviewBody } from "@/server/pages/overview.tsx";
import * as repositories from "@/server/pages/repositories.tsx";
import { showSignIn, showSignInLink } from "@/server/pages/sign_in.tsx";
import { countPlans, showCount } from "@/server/pages/plans_waiting.tsx";
import { serveStatic } from "@/server/pages/static.ts";
import { liveTask, showOutput, showTask, showTaskReplies } from "@/server/pages/task.tsx";
import * as task from "@/server/pages/task_forms.tsx";
import * as webhook from "@/server/pages/webhook.tsx";
import { create, showWebhooks } from "@/server/pages/webhooks.tsx";
import { approvePlan, rejectPlan, sendPlanBack } from "@/server/verbs/approvals/decide.ts";
import { addCommand } from "@/server/verbs/commands/add.ts";
import { changeCommand } from "@/server/verbs/commands/change.ts";
import { removeCommand } from "@/server/verbs/commands/remove.ts";
import { disableCommand, enableCommand } from "@/server/verbs/commands/switch.ts";
import { sayInConversation } from "@/server/verbs/conversations/say.ts";
import { dryRun } from "@/server/verbs/deliveries/dry_run.ts";
import { replay } from "@/server/verbs/deliveries/replay.ts";
import { retryFlow } from "@/server/verbs/flows/retry.ts";
import { stopFlow } from "@/server/verbs/flows/stop.ts";
import { undoLink } from "@/server/verbs/flows/undo_link.ts";
import { allowFetching } from "@/server/verbs/repositories/allow.ts";
import { lookAtRepository } from "@/server/verbs/repositories/look.ts";
import { retryTask } from "@/server/verbs/tasks/retry.ts";
import { sendInput } from "@/server/verbs/tasks/send_input.ts";
import { stopTask } from "@/server/verbs/tasks/stop.ts";
import { changeWebhook } from "@/server/verbs/webhooks/change.ts";
import { createWebhook } from "@/server/verbs/webhooks/create.ts";
import { removeWebhook } from "@/server/verbs/webhooks/remove.ts";
import { rotateSecret } from "@/server/verbs/webhooks/rotate_secret.ts";
import { selfTest } from "@/server/verbs/webhooks/self_test.ts";
import { disableWebhook, enableWebhook } from "@/server/verbs/webhooks/switch.ts";

export { problemPage } from "@/server/pages/problem.tsx";

type Handler = (c: AppContext) => Response | Promise<Response>;

/** Adds the pages to the app. Whoever is not signed in gets only the first lines. */
export function mountPages(app: App, deps: AppDeps): void {
  const count = countPlans(deps);
  const page = (path: string, handler: Handler) => app.get(path, count, handler);
  const form = (path: string, { role }: { role: Role }, handler: Handler) =>
    app.post(path, requireRole(role), count, handler);

  app.get("/static/:name", serveStatic);
  app.get("/sign-in", showSignIn);
  app.get("/sign-in/link", showSignInLink);

  page("/", showOverview(deps));
  app.get("/overview", showOverviewBody(deps));
  app.get("/hints", hints(deps));

  page("/tasks/:task_id", showTask(deps));
  app.get("/tasks/:task_id/live", liveTask(deps));
  app.get("/tasks/:task_id/replies", showTaskReplies(deps));
  app.get("/tasks/:task_id/output/:seq", showOutput(deps));
  form("/tasks/:task_id/stop", stopTask, task.stop(deps));
  form("/tasks/:task_id/retry", retryTask, task.retry(deps));
  form("/tasks/:task_id/input", sendInput, task.say(deps));

  page("/flows", flows.showFlows(deps));
  app.get("/flows/list", flows.showFlowList(deps));
  page("/flows/:flow_id", flows.showFlow(deps));
  app.get("/flows/:flow_id/story", flows.showStory(deps));
  form("/flows/:flow_id/retry", retryFlow, flows.retry(deps));
  form("/flows/:flow_id/stop", stopFlow, flows.stop(deps));
  form("/flows/:flow_id/links/:linked_flow_id/undo", undoLink, flows.unlink(deps));

  page("/approvals", showApprovals(deps));
  app.get("/approvals/list", showApprovalList(deps));
  app.get("/approvals/waiting", count, showCount);
  page("/approvals/:approval_id", showApproval(deps));
  form("/approvals/:approval_id/approve", approvePlan, decideOnPage(deps, approvePlan));
  form("/approvals/:approval_id/reject", rejectPlan, decideOnPage(deps, rejectPlan));
  form("/approvals/:approval_id/send-back", sendPlanBack, decideOnPage(deps, sendPlanBack));

  page("/chat", showChat(deps));
  page("/chat/:conversation_id", showConversation(deps));
  form("/chat", sayInConversation, sendMessage(deps));

  page("/deliveries", showDeliveries(deps));
  app.get("/deliveries/list", showDeliveryList(deps));
  page("/deliveries/:delivery_id", showDelivery(deps));
  app.get("/deliveries/:delivery_id/replies", showDeliveryReplies(deps));
  app.get("/deliveries/:delivery_id/dry-run", requireRole(dryRun.role), count, showDryRun(deps));
  form("/deliveries/:delivery_id/replay", replay, replayDelivery(deps));

  app.get("/repositories", repositories.showRepositories(deps));
  app.get("/repositories/list", repositories.showRepositoryList(deps));
  form("/repositories/settings/look", lookAtRepository, repositories.look(deps));
  form("/repositories/settings/save", allowFetching, repositories.save(deps));

  // Forms are posted three parts deep: what is posted to one or two parts is a delivery.
  page("/webhooks", showWebhooks(deps));
  form("/webhooks", createWebhook, create(deps));
  page("/webhooks/:webhook_id", webhook.showWebhook(deps));
  const settings = "/webhooks/:webhook_id/settings";
  form(`${settings}/save`, changeWebhook, webhook.saveWebhook(deps));
  form(`${settings}/secret`, rotateSecret, webhook.rotate(deps));
  form(`${settings}/delete`, removeWebhook, webhook.remove(deps));
  form(`${settings}/enable`, enableWebhook, webhook.switchBy(deps, enableWebhook));
  form(`${settings}/disable`, disableWebhook, webhook.switchBy(deps, disableWebhook));
  form(`${settings}/self-test`, selfTest, webhook.testWebhook(deps));

  const all = "/webhooks/:webhook_id/commands";
  const one = `${all}/:cmd`;
  app.get(`${all}/new`, requireRole(addCommand.role), count, commands.newCommand(deps));
  form(`${all}/new`, addCommand, commands.createCommand(deps));
  form(`${all}/dry-run`, addCommand, commands.tryCommand(deps));
  page(one, commands.showCommand(deps));
  form(one, changeCommand, commands.saveCommand(deps));
  form(`${one}/delete`, removeCommand, commands.deleteCommand(deps));
  form(`${one}/enable`, enableCommand, commands.switchBy(deps, enableCommand));
  form(`${one}/disable`, disableCommand, commands.switchBy(deps, disableCommand));
}
