import type { FieldError } from "@/server/errors.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";

export interface Named {
  name: string;
  aliases: string[];
}

/**
 * Which words of a command another one of the webhook listens to. It may take those of the built-in
 * one that it overrides; overridden ones keep theirs, so that they can come back.
 */
export function clashes(provider: string, others: Named[], command: Named): FieldError[] {
  const overridden = command.name.toLowerCase();
  const builtin = builtinCommands(provider).filter(({ name }) => name !== overridden);
  const taken = new Map<string, string>();
  for (const { name, aliases } of [...builtin, ...others]) {
    for (const word of [name, ...aliases]) taken.set(word.toLowerCase(), name);
  }
  return [{ path: "name", word: command.name }, ...command.aliases.map(alias)]
    .flatMap(({ path, word }) => {
      const owner = taken.get(word.toLowerCase());
      return owner === undefined
        ? []
        : [{ path, message: `${word} is a name of the command ${owner} already` }];
    });
}

const alias = (word: string, n: number) => ({ path: `aliases.${n}`, word });
