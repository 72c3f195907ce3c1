import type { MappedProject } from "@/db/nouns/repository_name.ts";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";

/** What a webhook knows of repositories. */
export interface Repositories {
  /** REPOSITORIES; null: those that webhooks name. */
  patterns: string[] | null;
  mapping: MappedProject[];
  /** What work is about where nothing else names one. */
  fallback: RepositoryRef | null;
  /** Every one that some webhook of this server, or a command of it, names. */
  named: () => RepositoryRef[];
}

/** Whether tasks may use it; `own` is where the event itself comes from. Pure. */
export function isAllowed(
  { provider, name }: RepositoryRef,
  { patterns, named }: Pick<Repositories, "patterns" | "named">,
  own: RepositoryRef | null = null,
): boolean {
  const text = `${provider}:${name}`.toLowerCase();
  if (patterns) return patterns.some((pattern) => fits(text, pattern.toLowerCase()));
  return [...own ? [own] : [], ...named()].some((one) =>
    `${one.provider}:${one.name}`.toLowerCase() === text
  );
}

/** `*` stands for any letters within a part. */
function fits(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/:]*")}$`).test(text);
}
