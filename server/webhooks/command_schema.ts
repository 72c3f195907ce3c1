/** A command as somebody sends it → one that may be stored, or everything that is wrong with it. */
import { z } from "zod";
import type { Provider } from "@/server/providers/provider.ts";
import { ACTIONS, type CommandSpec, type Conditions } from "@/server/webhooks/command.ts";
import { abilityErrors, actionErrors, profileErrors } from "@/server/webhooks/command_rules.ts";
import { conditionProblems } from "@/server/webhooks/conditions/conditions.ts";
import { expressionProblem, type TextProblem } from "@/server/webhooks/expressions/expression.ts";
import { templateProblem } from "@/server/webhooks/templates/template.ts";
import { triggerProblem } from "@/server/webhooks/matching/trigger.ts";

export interface FieldError {
  /** `conditions.label.name.in` */
  path: string;
  message: string;
}

export type CommandCheck =
  | { ok: true; spec: CommandSpec }
  | { ok: false; errors: FieldError[] };

const word = () =>
  z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/i, "is a word of letters, digits, _ and -, up to 64");

/** The fields alone, with what they are when they are left out; the rules are checkCommand's. */
export const commandFields = z.strictObject({
  name: word(),
  aliases: z.array(word()).max(20).default([]),
  description: z.string().max(300).default(""),
  trigger: z.string().nullable().default(null),
  conditions: z.record(z.string(), z.unknown()).default({}),
  expression: z.string().nullable().default(null),
  priority: z.int().min(0).max(10_000).default(100),
  action: z.enum(ACTIONS).default("create_task"),
  template: z.string().max(20_000).nullable().default(null),
  reaction: z.enum(["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"])
    .nullable().default(null),
  labels: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
  choices: z.array(z.string().trim().min(1).max(75)).max(10).default([]),
  forward_url: z.string().max(2000).nullable().default(null),
  target_agent: z.string()
    .regex(/^[a-z0-9-]{1,64}$/, "is not the name of an agent: a-z, 0-9 and -")
    .nullable().default(null),
  model: z.string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/, "is not the name of a model")
    .nullable().default(null),
  tool_profile: z.enum(["read", "edit", "full"]).default("read"),
  requires_approval: z.boolean().default(false),
  requires_repository: z.boolean().default(false),
  run_for: z.enum(["trusted", "anyone"]).default("trusted"),
  max_per_hour: z.int().min(1).max(100_000).nullable().default(null),
  enabled: z.boolean().default(true),
});

/**
 * Checks a command against its provider and against itself.
 * @param checkUrl what is wrong with an address to forward to, or null
 */
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
  const spec: CommandSpec = { ...parsed.data, conditions: parsed.data.conditions as Conditions };
  const errors = [
    ...wordErrors(spec),
    ...given,
    ...textErrors(spec),
    ...abilityErrors(provider, spec),
    ...actionErrors(spec),
    ...profileErrors(spec),
    ...urlErrors(spec, checkUrl),
  ];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, spec };
}

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") {
      return [{ path: issue.path.join("."), message: issue.message }];
    }
    return issue.keys.map((path) => ({ path, message: "is not a field of a command" }));
  });
}

const notOfConditions = ({ path }: FieldError): boolean => !/^conditions(\.|$)/.test(path);

function conditionErrors(conditions: unknown): FieldError[] {
  if (conditions === undefined) return [];
  return conditionProblems(conditions).map(({ path, message }) => ({
    path: ["conditions", ...path].join("."),
    message,
  }));
}

function wordErrors({ name, aliases }: CommandSpec): FieldError[] {
  const seen = new Set([name.toLowerCase()]);
  return aliases.flatMap((alias, at) => {
    const folded = alias.toLowerCase();
    if (seen.has(folded)) return [{ path: `aliases.${at}`, message: `"${alias}" is there twice` }];
    seen.add(folded);
    return [];
  });
}

/** What is wrong inside the texts, with its place. */
function textErrors({ trigger, expression, template }: CommandSpec): FieldError[] {
  const wrong = trigger === null ? null : triggerProblem(trigger);
  return [
    ...wrong ? [{ path: "trigger", message: wrong }] : [],
    ...placed("expression", expression === null ? null : expressionProblem(expression)),
    ...placed("template", template === null ? null : templateProblem(template)),
  ];
}

function placed(path: string, problem: TextProblem | null): FieldError[] {
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
