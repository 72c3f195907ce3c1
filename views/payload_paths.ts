import { isSecretName } from "@/views/redact_payload.ts";

const MAX_PATHS = 150;
const MAX_DEPTH = 6;
const NAME = /^[A-Za-z_$][\w$-]{0,60}$/;

/** The first 150 paths to single values, e.g. `issue.title`, `issue.labels[0].name`. */
export function payloadPaths(payload: unknown): string[] {
  const paths: string[] = [];
  walk(payload, "", 0, paths);
  return paths;
}

function walk(value: unknown, at: string, depth: number, paths: string[]): void {
  if (paths.length >= MAX_PATHS) return;
  if (typeof value !== "object" || value === null) {
    if (at !== "") paths.push(at);
    return;
  }
  if (depth >= MAX_DEPTH) return;
  // the first element stands for the others
  if (Array.isArray(value)) {
    return value.length > 0 ? walk(value[0], `${at}[0]`, depth, paths) : undefined;
  }
  for (const [name, one] of Object.entries(value)) {
    if (!NAME.test(name) || isSecretName(name) || isAddress(name)) continue;
    walk(one, at === "" ? name : `${at}.${name}`, depth + 1, paths);
  }
}

/** GitHub gives two dozen addresses of its API with each object: nobody writes those. */
const isAddress = (name: string): boolean => name.endsWith("_url") && name !== "html_url";
