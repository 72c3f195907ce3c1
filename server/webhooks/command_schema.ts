/** A command as somebody sends it → one that may be stored, or everything that is wrong with it. */
import type { z } from "zod";
import { commandFields, type CommandSpec, type FieldProblem } from "@/db/nouns/command.ts";
import type { Provider } from "@/server/providers/provider.ts";
import {
  abilityErrors,
  actionErrors,
  profileErrors,
  workflowErrors,
} from "@/server/webhooks/command_rules.ts";
import { conditionProblems } from "@/server/webhooks/conditions/rules.ts";
import { expressionProblem, type TextProblem } from "@/server/webhooks/expressions/expression.ts";
import { templateProblem } from "@/server/webhooks/templates/template.ts";
import { triggerProblem } from "@/server/webhooks/matching/trigger.ts";

export type CommandCheck =
  | { ok: true; spec: CommandSpec }
  | { ok: false; errors: FieldProblem[] };

/** `checkUrl` says what is wrong with an address to forward to, or null. */
export function checkCommand(
  provider: Pick<Provider, "name" | "title" | "abilities">,
  input: unknown,
  checkUrl: (url: string) => string | null = httpsProblem,
): CommandCheck {
  const parsed = commandFields.safeParse(input);
  // as it was sent: a record of zod's leaves names such as __proto__ out
  const given = conditionErrors((input as { conditions?: unknown } | null | undefined)?.conditions);
  if (!parsed.success) {
    const others = given.length > 0 ? fieldErrors(parsed.error).filter(notOfConditions) : null;
    return { ok: false, errors: [...others ?? fieldErrors(parsed.error), ...given] };
  }
  const spec = parsed.data;
  const errors = [
    ...wordErrors(spec),
    ...given,
    ...textErrors(spec),
    ...abilityErrors(provider, spec),
    ...actionErrors(spec),
    ...profileErrors(spec),
    ...workflowErrors(spec),
    ...urlErrors(spec, checkUrl),
  ];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, spec };
}

function fieldErrors(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") {
      return [{ path: issue.path.join("."), message: issue.message }];
    }
    return issue.keys.map((path) => ({ path, message: "is not a field of a command" }));
  });
}

const notOfConditions = ({ path }: FieldProblem): boolean => !/^conditions(\.|$)/.test(path);

function conditionErrors(conditions: unknown): FieldProblem[] {
  if (conditions === undefined) return [];
  return conditionProblems(conditions).map(({ path, message }) => ({
    path: ["conditions", ...path].join("."),
    message,
  }));
}

function wordErrors({ name, aliases }: CommandSpec): FieldProblem[] {
  const seen = new Set([name.toLowerCase()]);
  return aliases.flatMap((alias, at) => {
    const folded = alias.toLowerCase();
    if (seen.has(folded)) return [{ path: `aliases.${at}`, message: `"${alias}" is there twice` }];
    seen.add(folded);
    return [];
  });
}

function textErrors({ trigger, expression, template }: CommandSpec): FieldProblem[] {
  const wrong = trigger === null ? null : triggerProblem(trigger);
  return [
    ...wrong ? [{ path: "trigger", message: wrong }] : [],
    ...placed("expression", expression === null ? null : expressionProblem(expression)),
    ...placed("template", template === null ? null : templateProblem(template)),
  ];
}

function placed(path: string, problem: TextProblem | null): FieldProblem[] {
  if (!problem) return [];
  const { line, column, message } = problem;
  return [{ path, message: line ? `line ${line}, column ${column}: ${message}` : message }];
}

function urlErrors({ forward_url }: CommandSpec, check: (url: string) => string | null) {
  const message = forward_url === null ? null : check(forward_url);
  return message ? [{ path: "forward_url", message }] : [];
}

function httpsProblem(url: string): string | null {
  if (!URL.canParse(url)) return "is not an address";
  return new URL(url).protocol === "https:" ? null : "is not an https address";
}
