import { join } from "node:path";
import { parseEnv } from "node:util";
import type { z } from "zod";
import { nearMisses } from "./near_misses.ts";
import { Secret } from "./secret.ts";

export class ConfigError extends Error {
  override name = "ConfigError";

  constructor(readonly problems: string[]) {
    super(`The configuration has ${count(problems)}:\n${problems.map((p) => `  ${p}`).join("\n")}`);
  }
}

export type Texts = Record<string, string | undefined>;
export type Check = (texts: Texts) => string[];

export interface Source {
  env: Texts;
  dir: string;
}

/** Throws ConfigError with all problems at once; warns of names that look mistyped. */
export function readVariables<T extends z.ZodRawShape>(
  source: Source,
  schema: z.ZodObject<T>,
  checks: Check[],
): Variables<T> {
  const problems: string[] = [];
  const dotenv = readDotenv(source, problems);
  const given = merge(source.env, dotenv);
  const texts: Texts = {};
  const unread = new Set<string>();
  for (const name of Object.keys(schema.shape)) {
    try {
      texts[name] = isSecret(schema, name) ? readSecret(given, name) : given[name];
    } catch (error) {
      unread.add(name);
      problems.push((error as Error).message);
    }
  }
  const parsed = schema.safeParse(texts);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    if (!unread.has(name)) problems.push(describe(name, issue.message, texts, schema));
  }
  problems.push(...checks.flatMap((check) => check(texts)));
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return {
    values: parsed.data,
    secrets: secretValues(schema, parsed.data),
    warnings: nearMisses(given, Object.keys(dotenv)),
    given,
  };
}

interface Variables<T extends z.ZodRawShape> {
  values: z.infer<z.ZodObject<T>>;
  secrets: Record<string, Secret>;
  warnings: string[];
  given: Texts;
}

function secretValues(schema: z.ZodObject, values: Record<string, unknown>) {
  const pairs = Object.entries(values).filter(([name]) => isSecret(schema, name));
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, Secret] => pair[1] instanceof Secret),
  );
}

// ENV_FILE names another file than `.env`: the demo and the tests name an empty one, so that they
// never act with the tokens that somebody keeps in theirs.
function readDotenv({ env, dir }: Source, problems: string[]): Texts {
  const path = env.ENV_FILE || join(dir, ".env");
  try {
    return { ...parseEnv(Deno.readTextFileSync(path)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && !env.ENV_FILE) return {};
    problems.push(`${path}: ${(error as Error).message}`);
    return {};
  }
}

/** The environment wins, name by name, and NAME is the same name as NAME_FILE. Empty is unset. */
function merge(env: Texts, dotenv: Texts): Texts {
  const filled = (texts: Texts) => Object.entries(texts).filter(([, text]) => text?.trim());
  const base = (name: string) => name.replace(/_FILE$/, "");
  const said = new Set(filled(env).map(([name]) => base(name)));
  const rest = filled(dotenv).filter(([name]) => !said.has(base(name)));
  return Object.fromEntries([...filled(env), ...rest]);
}

function readSecret(given: Texts, name: string): string | undefined {
  const file = given[`${name}_FILE`];
  if (!file) return given[name];
  if (given[name]) throw new Error(`${name}: is given twice, also as ${name}_FILE: remove one`);
  try {
    return Deno.readTextFileSync(file).replace(/\r?\n$/, "") || undefined;
  } catch (error) {
    throw new Error(`${name}_FILE: cannot be read: ${(error as Error).message}`);
  }
}

function describe(name: string, message: string, texts: Texts, schema: z.ZodObject): string {
  const text = texts[name];
  return `${name}: ${message}` +
    (text === undefined || isSecret(schema, name) ? "" : `, not ${JSON.stringify(text)}`);
}

export function isSecret(schema: z.ZodObject, name: string): boolean {
  return (schema.shape[name] as z.ZodType).meta()?.secret === true;
}

function count(problems: string[]): string {
  return problems.length === 1 ? "a problem" : `${problems.length} problems`;
}
