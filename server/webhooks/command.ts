import type { Decision } from "@/db/nouns/approval.ts";
import type { CommandSpec } from "@/db/nouns/command.ts";
import type { Askable } from "@/server/webhooks/matching/vocabulary.ts";
import type { Compiled } from "@/server/webhooks/compile.ts";
import type { KnownReason } from "@/db/deliveries/traces.ts";

const PEOPLE = 10;

export const hourlyLimits = (hourly_limit: number | null) => ({
  hourly_limit,
  webhook_hourly_limit: hourly_limit === null ? null : hourly_limit * PEOPLE,
});

export interface Command extends CommandSpec, Askable {
  command_id: string | null;
  overrides_builtin: boolean;
  use_key: string;
  /** uses in an hour by one person before deliveries are ignored; null: any number */
  hourly_limit: number | null;
  webhook_hourly_limit: number | null;
  /** built-in work: what the agent is told, around which the outside text is laid */
  instructions: string;
  /** what it says of a plan that waits in the flow; null: nothing */
  decides: Decision | null;
  compiled: Compiled;
  /** why it may not run, as far as that is known beforehand: deliveries keep the number only */
  reasons: KnownReason[];
  /** the one of them that says on what it starts; null: it has no trigger */
  starts_on: KnownReason | null;
}
