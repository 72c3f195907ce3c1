import type { AppDeps } from "@/server/env.ts";
import type { FieldError } from "@/server/errors.ts";
import { providers } from "@/server/providers/mod.ts";
import { forwardProblem } from "@/server/verbs/commands/forward_problem.ts";
import { agentErrors } from "@/server/verbs/commands/known_agent.ts";
import { hostProblem, mappingProblem } from "@/server/repositories/hosts.ts";
import { hasCommand } from "@/server/verbs/commands/default_command.ts";

/** What is wrong with fields of a webhook that a schema cannot see. */
export async function webhookErrors(
  { config }: Pick<AppDeps, "config">,
  provider: string,
  fields: {
    callback_url?: string | null;
    target_agent?: string | null;
    default_command?: string | null;
    repository?: string | null;
    repositories?: string[];
  },
  stored: { name: string }[],
): Promise<FieldError[]> {
  const { callback_url, target_agent, default_command, repository, repositories = [] } = fields;
  const errors = await agentErrors([{ path: "target_agent", name: target_agent }]);
  if (default_command && !hasCommand(provider, stored, default_command)) {
    const message = `there is no command ${default_command} at this webhook`;
    errors.push({ path: "default_command", message });
  }
  const unreachable = repository ? hostProblem(repository) : null;
  if (unreachable) errors.push({ path: "repository", message: unreachable });
  repositories.forEach((line, n) => {
    const problem = mappingProblem(line);
    if (problem) errors.push({ path: `repositories.${n}`, message: problem });
  });
  if (callback_url) {
    const problem = providers.get(provider)?.has_callback
      ? forwardProblem(callback_url, config.forward_hosts)
      : "only webhooks of the provider custom have one: others answer through their own service";
    if (problem) errors.push({ path: "callback_url", message: problem });
  }
  return errors;
}
