import type { CommandSpec } from "@/db/nouns/command.ts";
import type { Askable } from "@/server/webhooks/matching/vocabulary.ts";
import type { Compiled } from "@/server/webhooks/compile.ts";
import type { KnownReason } from "@/db/deliveries/traces.ts";

/** How many times what one person may use in an hour all people together may. */
const PEOPLE = 10;

/** What holds for a command that one person may use so often in an hour. */
export const hourlyLimits = (hourly_limit: number | null) => ({
  hourly_limit,
  webhook_hourly_limit: hourly_limit === null ? null : hourly_limit * PEOPLE,
});

/** A command of a webhook, ready to be matched. */
export interface Command extends CommandSpec, Askable {
  /** null: built in */
  command_id: string | null;
  /** a stored command that stands in the place of a built-in one */
  overrides_builtin: boolean;
  /** what its uses are counted by */
  use_key: string;
  /** uses in an hour by one person before deliveries are ignored; null: any number */
  hourly_limit: number | null;
  /** the same for all people together */
  webhook_hourly_limit: number | null;
  /** built-in work: what the agent is told, around which the outside text is laid */
  instructions: string;
  compiled: Compiled;
  /** why it may not run, as far as that is known beforehand: deliveries keep the number only */
  reasons: KnownReason[];
  /** the one of them that says on what it starts; null: it has no trigger */
  starts_on: KnownReason | null;
}
