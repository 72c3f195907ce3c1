import type { Texts } from "@/db/process/read.ts";
import { ALL, BOTH, SERVER, WORKER } from "@/db/process/variables.ts";

const OWN = { server: { ...BOTH, ...SERVER }, worker: { ...BOTH, ...WORKER } };

/** What is no setting (PATH, proxies…), the settings that the process reads, and `decided`. */
export function childEnvironment(
  kind: "server" | "worker",
  env: Texts,
  decided: Texts,
): Record<string, string> {
  const stem = (name: string) => name.replace(/_FILE$/, "");
  const has = (table: object, name: string) => name in table || stem(name) in table;
  const decidedStems = new Set(Object.keys(decided).map(stem));
  const inherited = Object.entries(env).filter(([name]) =>
    (!has(ALL, name) || has(OWN[kind], name)) && !decidedStems.has(stem(name))
  );
  const ours = Object.entries(decided).filter(([name]) => has(OWN[kind], name) || !has(ALL, name));
  return Object.fromEntries(
    [...inherited, ...ours].filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
