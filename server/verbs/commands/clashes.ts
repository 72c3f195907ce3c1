/** Two commands of a webhook must not listen to the same word. Pure. */
import type { FieldError } from "@/server/errors.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";

export interface Named {
  name: string;
  aliases: string[];
}

/**
 * What is wrong with the words of a command beside the others that are stored at a webhook of this
 * provider. It may take over the words of the built-in command that it overrides; those of the
 * others stay theirs, also while they are overridden, so that they can come back.
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
