import { resolve } from "node:path";
import { z } from "zod";
import { storageComplete } from "@/db/process/checks.ts";
import { readVariables, type Texts } from "@/db/process/read.ts";
import { Secret } from "@/db/process/secret.ts";
import { accountsComplete, BOTH, PROVIDERS, WORKER } from "@/db/process/variables.ts";

export { ConfigError } from "@/db/process/read.ts";

const schema = z.object({ ...BOTH, ...WORKER });
type Read = ReturnType<typeof readVariables<typeof schema.shape>>;
type Values = Read["values"];

export type WorkerConfig = ReturnType<typeof shape>;

/** The folder of deno.json, where `.env` lies and where relative paths start. */
export const PROJECT_DIR = resolve(import.meta.dirname!, "..");

/** Throws ConfigError, which lists every problem. */
export function loadConfig(
  env: Texts = Deno.env.toObject(),
  dir: string = PROJECT_DIR,
): WorkerConfig {
  const source = { env, dir };
  const read = readVariables(source, schema, [accountsComplete, storageComplete]);
  return shape(read, dir);
}

function shape({ values, secrets, warnings, given }: Read, dir: string) {
  const agent_env = named(given, values.AGENT_ENV);
  return {
    warnings,
    public_url: values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`,
    data_dir: resolve(dir, values.DATA_DIR),
    database_url: values.DATABASE_URL,
    secret_key: values.SECRET_KEY,
    secrets: { ...agent_env, ...secrets },
    machine_id: values.MACHINE_ID ?? Deno.hostname(),
    max_concurrent_tasks: values.MAX_CONCURRENT_TASKS,
    limits: {
      timeout_seconds: values.TASK_TIMEOUT_SECONDS,
      max_usd: values.TASK_MAX_USD,
      max_turns: values.TASK_MAX_TURNS ?? null,
    },
    program_env: present(given, ["PATH", "HOME", "TMPDIR", "DENO_DIR"]),
    log: { level: values.LOG_LEVEL, json: values.LOG_JSON ?? !Deno.stdout.isTerminal() },
    command_prefix: values.COMMAND_PREFIX,
    /** Empty: any host that is public. */
    forward_hosts: values.FORWARD_HOSTS,
    claude: {
      bin: values.CLAUDE_BIN ?? null,
      search_path: given.PATH,
      credentials: credentials(values),
      agent_env,
      contained: values.AGENT_CONTAINED,
      isolation: values.AGENT_ISOLATION,
      resources: {
        max_processes: values.AGENT_MAX_PROCESSES,
        max_memory_mb: values.AGENT_MAX_MEMORY_MB,
        max_disk_mb: values.AGENT_MAX_DISK_MB,
      },
    },
    /** Who commits. Without a name or an address: the account's. */
    git: {
      author_name: values.GIT_AUTHOR_NAME ?? null,
      author_email: values.GIT_AUTHOR_EMAIL ?? null,
      signing_key: values.GIT_SIGNING_KEY ?? null,
    },
    provider_settings: ofProviders(values),
    storage: {
      kind: values.STORAGE,
      endpoint: values.S3_ENDPOINT ?? null,
      bucket: values.S3_BUCKET ?? null,
      region: values.S3_REGION ?? null,
      access_key_id: values.S3_ACCESS_KEY_ID ?? null,
      secret_access_key: values.S3_SECRET_ACCESS_KEY ?? null,
    },
  };
}

function present(given: Texts, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => given[name] === undefined ? [] : [[name, given[name]]]),
  );
}

function credentials(v: Values): Record<string, Secret> {
  const base_url = v.ANTHROPIC_BASE_URL && new Secret(v.ANTHROPIC_BASE_URL, "private");
  const all = {
    ANTHROPIC_API_KEY: v.ANTHROPIC_API_KEY,
    ANTHROPIC_AUTH_TOKEN: v.ANTHROPIC_AUTH_TOKEN,
    ANTHROPIC_BASE_URL: base_url,
    CLAUDE_CODE_OAUTH_TOKEN: v.CLAUDE_CODE_OAUTH_TOKEN,
  };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, Secret] => pair[1] instanceof Secret),
  );
}

function named(given: Texts, names: string[]): Record<string, Secret> {
  const set = names.filter((name) => given[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, new Secret(given[name]!, kindOf(name))]));
}

/** A token among them is to be redacted, a path is not. */
function kindOf(name: string): "secret" | "private" {
  return /TOKEN|KEY|SECRET|PASS|CREDENTIAL|AUTH/i.test(name) ? "secret" : "private";
}

const OF_PROVIDERS = Object.values(PROVIDERS)
  .flatMap(({ both, worker }) => [...Object.keys(both), ...Object.keys(worker)]);

function ofProviders(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(OF_PROVIDERS.map((name) => [name, values[name] ?? null]));
}
