import type { Role } from "@/db/sessions.ts";
import { mayAct } from "@/server/roles.ts";
import type { AppContext } from "@/server/env.ts";
import { approvePlan } from "@/server/verbs/approvals/decide.ts";
import { addCommand } from "@/server/verbs/commands/add.ts";
import { enableCommand } from "@/server/verbs/commands/switch.ts";
import { sayInConversation } from "@/server/verbs/conversations/say.ts";
import { replay } from "@/server/verbs/deliveries/replay.ts";
import { stopFlow } from "@/server/verbs/flows/stop.ts";
import { lookAtRepository } from "@/server/verbs/repositories/look.ts";
import { stopTask } from "@/server/verbs/tasks/stop.ts";
import { changeWebhook } from "@/server/verbs/webhooks/change.ts";
import { createWebhook } from "@/server/verbs/webhooks/create.ts";
import { selfTest } from "@/server/verbs/webhooks/self_test.ts";
import { enableWebhook } from "@/server/verbs/webhooks/switch.ts";
import type { May } from "@/views/may.ts";

const VERBS: Record<keyof May, { role: Role }> = {
  ask: sayInConversation,
  steer_tasks: stopTask,
  steer_flows: stopFlow,
  decide: approvePlan,
  replay,
  look_at_repository: lookAtRepository,
  create_webhook: createWebhook,
  change_webhook: changeWebhook,
  switch_webhook: enableWebhook,
  test_webhook: selfTest,
  add_command: addCommand,
  switch_command: enableCommand,
};

/** What the one who asks may do: what the verbs behind the buttons say. */
export function mayOf(c: AppContext): May {
  const { role } = c.get("principal");
  const may = Object.entries(VERBS).map(([name, verb]) => [name, mayAct(role, verb.role)]);
  return Object.fromEntries(may) as Record<keyof May, boolean>;
}
