import type { NewCommand, WebhookCommand } from "@/db/webhooks.ts";
import type { AppDeps } from "@/server/env.ts";
import { conflict, type FieldError } from "@/server/errors.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import { checkCommand } from "@/server/webhooks/command_schema.ts";
import { wrong } from "@/server/verbs/checked.ts";
import { clashes, type Named } from "@/server/verbs/commands/clashes.ts";
import { providers } from "@/server/providers/mod.ts";
import { forwardProblem } from "@/server/verbs/commands/forward_problem.ts";
import { agentErrors } from "@/server/verbs/commands/known_agent.ts";
import { MOST_COMMANDS } from "@/db/nouns/webhook.ts";

/** The command of an input. Throws 422 with everything that is wrong with it alone. */
export async function checkedCommand(
  deps: Pick<AppDeps, "config">,
  provider: string,
  input: unknown,
): Promise<CommandSpec> {
  const [spec] = await checkedCommands(deps, provider, [input], () => "");
  return spec;
}

/** The same for several, with `at(n)` in front of the paths of errors. */
export async function checkedCommands(
  { config }: Pick<AppDeps, "config">,
  provider_name: string,
  inputs: unknown[],
  at: (n: number) => string,
): Promise<CommandSpec[]> {
  const provider = providers.get(provider_name)!;
  const checkUrl = (url: string) => forwardProblem(url, config.forward_hosts);
  const results = inputs.map((input) => checkCommand(provider, input, checkUrl));
  const errors = results.flatMap((result, n) => result.ok ? [] : under(at(n), result.errors));
  if (errors.length > 0) throw wrong(errors);
  const specs = results.flatMap((result) => result.ok ? [result.spec] : []);
  const agents = specs.map(({ target_agent }, n) => ({
    path: `${at(n)}target_agent`,
    name: target_agent,
  }));
  const unknown_agents = await agentErrors(agents);
  if (unknown_agents.length > 0) throw wrong(unknown_agents);
  return specs;
}

/** Rows to add. Throws 409 for names that are stored and for too many, 422 for clashes. */
export function rowsToAdd(
  provider: string,
  stored: WebhookCommand[],
  specs: CommandSpec[],
  { who, at }: { who: string; at: (n: number) => string },
): NewCommand[] {
  const names = new Set(stored.map(({ name }) => name.toLowerCase()));
  const taken = specs.filter(({ name }) => names.has(name.toLowerCase())).map(({ name }) => name);
  if (taken.length > 0) {
    throw conflict(
      `This webhook has stored commands of these names already: ${taken.join(", ")}. ` +
        "Change those, or choose other names.",
    );
  }
  if (stored.length + specs.length > MOST_COMMANDS) {
    throw conflict(`A webhook has at most ${MOST_COMMANDS} commands of its own.`);
  }
  const others = stored.map(namedOf);
  const errors = specs.flatMap((spec, n) => {
    const found = clashes(provider, [...others, ...specs.slice(0, n)], spec);
    return under(at(n), found);
  });
  if (errors.length > 0) throw wrong(errors);
  return specs.map((spec) => ({ ...rowOf(spec), created_by: who }));
}

export const rowOf = ({ name, ...definition }: CommandSpec) => ({ name, definition });

export const namedOf = ({ spec: { name, aliases } }: WebhookCommand): Named => ({ name, aliases });

const under = (at: string, errors: FieldError[]): FieldError[] =>
  errors.map(({ path, message }) => ({ path: at + path, message }));
