// The site map: every page of the dashboard, its route and the room it is made in.
import { requireRole } from "@/server/auth.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { sendMessage, showChat, showConversation } from "@/server/pages/chat.tsx";
import {
  showDeliveries,
  showDelivery,
  showDeliveryList,
  showDeliveryReplies,
} from "@/server/pages/deliveries.tsx";
import { hints } from "@/server/pages/hints.ts";
import { showOverview, showOverviewBody } from "@/server/pages/overview.tsx";
import { showSignIn, showSignInLink } from "@/server/pages/sign_in.tsx";
import { serveStatic } from "@/server/pages/static.ts";
import { liveTask, showOutput, showTask, showTaskReplies } from "@/server/pages/task.tsx";
import { retry, sendInput, stop } from "@/server/pages/task_forms.tsx";

export { problemPage } from "@/server/pages/problem.tsx";

/** Adds the pages to the app. Whoever is not signed in gets only the first lines. */
export function mountPages(app: App, deps: AppDeps): void {
  const operator = requireRole("operator");

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
}
