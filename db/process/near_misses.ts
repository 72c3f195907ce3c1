import { ALL } from "./variables.ts";
import type { Texts } from "./read.ts";

const KNOWN = Object.keys(ALL);

/** All of `.env` is meant for us; of the environment only what differs from a name by a letter. */
export function nearMisses(given: Texts, in_dotenv: string[]): string[] {
  const for_agents = (given.AGENT_ENV ?? "").split(",").map((name) => name.trim());
  const unknown = Object.keys(given).filter((name) => !isKnown(name) && !for_agents.includes(name));
  return unknown.flatMap((name) => {
    const [, stem, file] = name.match(/^(.*?)(_FILE)?$/)!;
    const meant = stem.length < 6 ? undefined : KNOWN.find((known) => isNear(stem, known));
    if (meant) return [`${name} is not a setting: did you mean ${meant}${file ?? ""}?`];
    return in_dotenv.includes(name) ? [`${name} in .env is not a setting and has no effect`] : [];
  });
}

function isKnown(name: string): boolean {
  return KNOWN.includes(name) || KNOWN.includes(name.replace(/_FILE$/, ""));
}

export function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  const restA = a.slice(from), restB = b.slice(from);
  return restA.slice(1) === restB || restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0]);
}
