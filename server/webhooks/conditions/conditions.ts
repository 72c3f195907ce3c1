/** `{"issue.labels.name": "bug"}` against what came in, in bounded time. */
import type { KnownReason } from "@/db/deliveries/traces.ts";
import type { Condition, Conditions } from "@/db/nouns/conditions.ts";
import { lookUp } from "@/server/webhooks/conditions/look_up.ts";
import {
  firstFailing,
  meaningOf,
  OPERATORS,
  operatorsOf,
  readsValues,
} from "@/server/webhooks/conditions/operators.ts";
import { MOST_LOOKED_AT } from "@/server/webhooks/conditions/paths.ts";
import type { Scope } from "@/server/webhooks/matching/scope.ts";

export interface CompiledConditions {
  /** Null: all of them hold; otherwise which one does not. */
  whyNot(scope: Scope): KnownReason | null;
  reasons: KnownReason[];
}

export function compileConditions(conditions: Conditions): CompiledConditions {
  const compiled = Object.entries(conditions).map(([path, one]) => compileOne(path, one));
  return {
    reasons: compiled.flatMap(({ reasons }) => reasons),
    whyNot(scope) {
      for (const condition of compiled) {
        const why_not = condition.whyNot(scope);
        if (why_not) return why_not;
      }
      return null;
    },
  };
}

const LOOKED_AT = `${MOST_LOOKED_AT} elements, 1,000,000 characters`;

function compileOne(path: string, condition: Condition): CompiledConditions {
  const wanted = operatorsOf(condition);
  const reads = readsValues(wanted);
  const too_much = { text: `${path} has more than is looked at (${LOOKED_AT})` };
  const reasons = Object.fromEntries(
    OPERATORS.filter((name) => wanted[name] !== undefined)
      .map((name) => [name, { text: `${path} ${meaningOf(name, wanted)}`, path }]),
  );
  return {
    reasons: [too_much, ...Object.values(reasons)],
    whyNot(scope) {
      const found = lookUp(scope, path);
      // half a list proves nothing: not even that something is not in it
      if (!found.complete || (reads && found.weight > MOST_LOOKED_AT)) return too_much;
      const failing = firstFailing(wanted, found.values);
      return failing && reasons[failing];
    },
  };
}
