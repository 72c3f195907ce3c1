import { readMapping, readRepository } from "@/db/nouns/repository_name.ts";
import { providers } from "@/server/providers/mod.ts";

/** Services whose repositories can be cloned. */
export const hosts = (): string[] =>
  [...providers.values()].filter(({ repositories }) => repositories).map(({ name }) => name);

/** Why a repository of this name cannot be reached, or null. */
export function hostProblem(text: string): string | null {
  const read = readRepository(text);
  return read.ok ? unknownHost(read.repository.provider) : read.problem;
}

/** The same for a line of a webhook's mapping. */
export function mappingProblem(line: string): string | null {
  const read = readMapping(line);
  return "problem" in read ? read.problem : unknownHost(read.repository.provider);
}

const unknownHost = (provider: string): string | null =>
  hosts().includes(provider)
    ? null
    : `there are no repositories at ${provider}, only at ${hosts().join(", ")}`;
