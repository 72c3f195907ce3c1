/** Whether two ways to say something are one person's, as far as can be told. Pure. */
import type { PersonKey, Workflow } from "@/db/nouns/workflow.ts";

export type Sameness = "same" | "other" | "unknown";

/**
 * One service tells its people apart by their ids; who is who at another one is known by what the
 * operator says (`people`: the keys of one person each), or not at all.
 */
export function compare(a: PersonKey, b: PersonKey, people: readonly string[][]): Sameness {
  if (sameText(a.key, b.key)) return "same";
  const [of_a, of_b] = [a, b].map(({ key }) => people.filter((keys) => has(keys, key)));
  if (of_a.some((keys) => of_b.includes(keys))) return "same";
  if (of_a.length > 0 && of_b.length > 0) return "other";
  const [one, two] = [a, b].map(({ key }) => split(key));
  if (one.service !== two.service) return "unknown";
  // A payload without an id leaves the name for it.
  return sameText(one.id, b.name) || sameText(two.id, a.name) ? "same" : "other";
}

const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const has = (keys: string[], key: string) => keys.some((known) => sameText(known, key));

function split(key: string): { service: string; id: string } {
  const at = key.indexOf(":");
  return { service: key.slice(0, at), id: key.slice(at + 1) };
}

/** All who asked for what the plan is about; nobody where an event did. */
export function askersOf(
  { asked, asked_by, askers }: Pick<Workflow, "asked" | "asked_by" | "askers">,
): PersonKey[] {
  const first = { key: asked_by, name: asked.by.name ?? "" };
  return asked.trust === "system" ? askers : [first, ...askers];
}
