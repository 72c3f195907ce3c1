import type { CommandSpec } from "@/db/nouns/command.ts";
import { compileConditions } from "@/server/webhooks/conditions/conditions.ts";
import { compileExpression, EXPRESSION_FALSE } from "@/server/webhooks/expressions/expression.ts";
import type { KnownReason } from "@/db/deliveries/traces.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";
import {
  compileTemplate,
  type Rendered,
  type RenderOptions,
} from "@/server/webhooks/templates/template.ts";
import { compileTrigger } from "@/server/webhooks/matching/trigger.ts";

export interface Compiled {
  trigger(event_type: string): boolean;
  /** Null: conditions and expression hold; otherwise what does not. */
  whyNot(scope: Scope): KnownReason | string | null;
  /** Every `KnownReason` that `whyNot` may return; what it says in other words is a string. */
  reasons(): KnownReason[];
  render: ((scope: Scope, options?: RenderOptions) => Rendered) | null;
}

/** Takes texts that were checked before. Each is compiled at its first use. Never throws. */
export function compileCommand(
  spec: Pick<CommandSpec, "trigger" | "conditions" | "expression" | "template">,
): Compiled {
  const conditions = once(() => compileConditions(spec.conditions));
  const expression = once(() => compileExpression(spec.expression));
  const template = once(() => compileTemplate(spec.template ?? ""));
  return {
    trigger: compileTrigger(spec.trigger),
    whyNot: (scope) => conditions().whyNot(scope) ?? expression()(scope),
    reasons: () => [...conditions().reasons, EXPRESSION_FALSE],
    render: spec.template === null ? null : (scope, options) => template().render(scope, options),
  };
}

function once<Made>(make: () => Made): () => Made {
  let made: { value: Made } | null = null;
  return () => (made ??= { value: make() }).value;
}
