/** What follows from the table of a command's fields: its type, its schemas and its defaults. */
import { z } from "zod";
import { type ActionName, COMMAND_FIELDS, type FieldOf } from "@/db/nouns/command_fields.ts";

export type CommandField = keyof typeof COMMAND_FIELDS;
type ValueOf<Field> = Field extends FieldOf<infer Value> ? Value : never;
export type CommandSpec = {
  [Name in CommandField]: ValueOf<typeof COMMAND_FIELDS[Name]>;
};
type Schemas = { [Name in CommandField]: z.ZodType<CommandSpec[Name]> };

export const COMMAND_FIELD_NAMES = Object.keys(COMMAND_FIELDS) as CommandField[];

export const fieldOf = (name: CommandField): FieldOf<unknown> => COMMAND_FIELDS[name];

/** Those that forms and lists show in the common way. */
export const PLAIN_FIELDS = COMMAND_FIELD_NAMES.filter((name) => fieldOf(name).plain);

const forEach = <Made>(make: (field: FieldOf<unknown>, name: CommandField) => Made) =>
  Object.fromEntries(COMMAND_FIELD_NAMES.map((name) => [name, make(fieldOf(name), name)]));

const { name: NO_NAME, ...defaults } = forEach(({ fallback }) => fallback) as CommandSpec;
export const COMMAND_DEFAULTS: Readonly<Omit<CommandSpec, "name">> = defaults;
export const NEW_COMMAND: Readonly<CommandSpec> = { name: NO_NAME, ...defaults };

/** The fields of a command that is sent, each by itself; what they mean together: checkCommand. */
export const commandFields = z.strictObject(
  forEach(({ input, fallback }, name) =>
    name === "name" ? input : input.default(fallback)
  ) as Schemas,
);

/** The fields as the API describes those of a command that is stored. */
export const COMMAND = forEach(({ described, stored }) => described ?? stored) as Schemas;

const storedCommand = z.object(
  forEach(({ stored, fallback }): z.ZodType => stored.default(fallback)) as Schemas,
);

export const specOf = (command: CommandSpec): CommandSpec =>
  forEach((_, name) => command[name]) as CommandSpec;

export const isUsedBy = (name: CommandField, action: string): boolean =>
  fieldOf(name).actions?.includes(action as ActionName) ?? true;

export interface FieldProblem {
  path: string;
  message: string;
}

/** A missing field has its default; with one that cannot be read the command is off. */
export function readStoredCommand(
  name: string,
  definition: Record<string, unknown>,
): { spec: CommandSpec; problems: FieldProblem[] } {
  const stored = { ...definition, name };
  const whole = storedCommand.safeParse(stored);
  if (whole.success) return { spec: whole.data, problems: [] };
  const problems = whole.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  const unreadable = new Set(whole.error.issues.map(({ path }) => String(path[0])));
  const readable = Object.entries(stored).filter(([field]) => !unreadable.has(field));
  return {
    spec: { ...storedCommand.parse(Object.fromEntries(readable)), enabled: false },
    problems,
  };
}
