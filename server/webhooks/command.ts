/** What a command is: as people write it, and as a webhook holds it. */
import type { Askable } from "@/server/webhooks/matching/read_command.ts";
import type { Compiled } from "@/server/webhooks/compile.ts";
import type { KnownReason } from "@/db/deliveries/traces.ts";

export const ACTIONS = [
  "create_task",
  "comment",
  "github_reaction",
  "github_label",
  "ask",
  "respond",
  "forward",
] as const;
export type ActionName = typeof ACTIONS[number];

/** `{"label.name": "bug"}`, `{"issue.labels.name": {"in": ["bug", "crash"]}}`; all must hold. */
export type Conditions = Record<string, Condition>;
export type Scalar = string | number | boolean | null;
/** A bare value is `equals`, a bare list is `in`. */
export type Condition = Scalar | Scalar[] | Operators;
export interface Operators {
  equals?: Scalar;
  in?: Scalar[];
  contains?: Scalar;
  exists?: boolean;
  not?: Condition;
}

/** A command as it is stored, sent and shown. */
export interface CommandSpec {
  name: string;
  aliases: string[];
  description: string;
  /** event types that start it unasked, e.g. `issues.opened, issue_comment.*`; null: by name only */
  trigger: string | null;
  conditions: Conditions;
  /** a CEL expression over `payload` and `delivery` that must be true as well */
  expression: string | null;
  /** lower runs first */
  priority: number;
  action: ActionName;
  /** what the agent is told, what is posted, asked, answered or forwarded */
  template: string | null;
  /** github_reaction: which one; create_task: how it is acknowledged, null for not at all */
  reaction: string | null;
  /** github_label */
  labels: string[];
  /** ask: answers to choose from */
  choices: string[];
  /** forward */
  forward_url: string | null;
  /** null: the webhook's agent */
  target_agent: string | null;
  model: string | null;
  tool_profile: "read" | "edit" | "full";
  requires_approval: boolean;
  requires_repository: boolean;
  /** who may cause it; our own posts and bots never do */
  run_for: "trusted" | "anyone";
  /** uses in an hour by one person; null: as the server's setting says */
  max_per_hour: number | null;
  enabled: boolean;
}

/** What a command is where nothing is said: everything but its name. */
export const COMMAND_DEFAULTS: Readonly<Omit<CommandSpec, "name">> = {
  aliases: [],
  description: "",
  trigger: null,
  conditions: {},
  expression: null,
  priority: 100,
  action: "create_task",
  template: null,
  reaction: null,
  labels: [],
  choices: [],
  forward_url: null,
  target_agent: null,
  model: null,
  tool_profile: "read",
  requires_approval: false,
  requires_repository: false,
  run_for: "trusted",
  max_per_hour: null,
  enabled: true,
};

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
